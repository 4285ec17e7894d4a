"""What operators install: the settings' example can be loaded, and units and containers name what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from gridtokenx.services.config.settings import ProcessRole, Settings, load_settings, shown

DEPLOY = Path(__file__).parents[3] / "deploy"


def test_the_example_of_the_settings_can_be_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GTX_CONFIG", str(DEPLOY / "gridtokenx.toml"))
    monkeypatch.setenv("GTX_SECRET", "s" * 40)
    settings = load_settings()
    assert settings.required(dict.fromkeys(ProcessRole, True)) == []


def services() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_every_role_has_its_container_with_settings_that_there_are():
    found = {name: told for name, told in services().items() if "build" in told}
    assert set(found) == {str(role) for role in ProcessRole}
    for name, told in found.items():
        assert told["command"] == ["--role", name]
        assert set(told["depends_on"]) == {"postgres"}
        for variable, value in told["environment"].items():
            assert variable.removeprefix("GTX_").lower() in Settings.model_fields, variable
            assert Settings(**{variable.removeprefix("GTX_").lower(): value})


def test_who_is_outside_of_the_container_reaches_the_api():
    api = services()["api"]
    assert api["environment"]["GTX_HOST"] == "0.0.0.0"
    (port,) = api["ports"]
    assert port == f"127.0.0.1:{Settings.model_fields['port'].default}:{Settings.model_fields['port'].default}"


def test_the_unit_checks_its_settings_first():
    unit = (DEPLOY / "systemd" / "gridtokenx@.service").read_text(encoding="utf-8")
    line = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert line is not None
    assert line[1].endswith("gridtokenx serve --role %i")
    assert f"ExecStartPre={line[1]} --check" in unit


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("cluster", "devnett", "is no cluster"),
        ("mqtt", "http://broker", "mqtt:// or mqtts://"),
        ("mqtt", "mqtt://", "mqtt:// or mqtts://"),
        ("mqtt", "mqtt://broker:port", "mqtt:// or mqtts://"),
        ("smtp", "mail.campus.test", "smtp:// or smtps://"),
        ("origin", "campus.test", "http:// or https://"),
        ("websocket", "https://node", "ws:// or wss://"),
        ("database", "mysql://x", "postgresql"),
        ("time_zone", "Mars/Olympus", "Asia/Bangkok"),
        ("secret", "short", "32 random characters"),
        ("port", "70000", "65535"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, words: str
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"GTX_{name.upper()}", value)
    with pytest.raises(Exception, match=re.escape(words)) as caught:
        load_settings()
    assert name in str(caught.value)


def test_demo_wallets_are_for_a_localnet_only():
    for cluster in (
        "devnet",
        "https://node.test",
        "http://127.0.0.1:8899#EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG",
    ):
        with pytest.raises(ValueError, match="localnet only"):
            Settings(cluster=cluster, demo_wallets=True)
    assert Settings(cluster="http://127.0.0.1:8899", demo_wallets=True).demo_wallets


SECRETS = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
WORD = "w0rd" * 10


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_not_shown(name: str):
    settings = Settings(**{name: SecretStr(WORD)})
    assert getattr(settings, name).get_secret_value() == WORD
    assert WORD not in str(shown(settings))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database", f"postgresql+asyncpg://grid:{WORD}@127.0.0.1/grid"),
        ("database", f"postgresql+asyncpg://127.0.0.1/grid?password={WORD}"),
        ("cluster", f"https://rpc.example/?api-key={WORD}"),
        ("mqtt", f"mqtts://bridge:{WORD}@broker:8883"),
        ("smtp", f"smtp://post:{WORD}@mail.example:587"),
    ],
)
def test_what_lets_somebody_in_is_not_shown_of_an_address(name: str, value: str):
    told = shown(Settings(**{name: value}))[name][0]
    assert WORD not in told
    assert told.startswith(value.partition(":")[0])


def test_there_are_secrets():
    assert SECRETS
