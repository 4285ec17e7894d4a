"""What operators install: the settings' example can be loaded, and units and containers name what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from solders.keypair import Keypair

from gridtokenx.chain.files.wallet import save_keypair
from gridtokenx.services.config.settings import ProcessRole, Settings, SettingsError, load_settings, shown
from gridtokenx.services.database.engine import Database, DatabaseError
from gridtokenx.services.running.process import load_keys

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"


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


@pytest.mark.parametrize("role", [ProcessRole.BRIDGE, ProcessRole.CRANK, ProcessRole.API])
@pytest.mark.parametrize("content", [None, b"", b"{bad", b"[1, 2]", b"\xff", b"[300]"])
def test_a_key_that_cannot_be_used_is_told_with_its_setting(tmp_path: Path, role: ProcessRole, content: bytes | None):
    setting = {ProcessRole.BRIDGE: "gateway_key", ProcessRole.CRANK: "matcher_key", ProcessRole.API: "sponsor_key"}[
        role
    ]
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    save_keypair(Keypair(), good)
    if content is not None:
        bad.write_bytes(content)
    paths = {"gateway_key": good, "matcher_key": good, "sponsor_key": good, setting: bad}
    settings = Settings(secret=SecretStr(WORD), **paths)
    with pytest.raises(SettingsError, match=setting) as caught:
        load_keys(settings, [role])
    assert str(bad) in str(caught.value)
    assert "--wallet" not in str(caught.value)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_config_show_cuts_no_value(tmp_path: Path, width: int):
    name = "n" * 150
    environment = {**os.environ, "COLUMNS": str(width), "GTX_DATABASE": f"sqlite+aiosqlite:///{name}.db"}
    line = [sys.executable, "-c", "from gridtokenx.cli import main; main()", "config", "show"]
    told = subprocess.run(line, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "…" not in told
    values = "".join(row.split("│")[2].strip() for row in told.splitlines() if row.count("│") == 4)
    assert f"sqlite+aiosqlite:///{name}.db" in values


async def test_a_database_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("")
    for url in (f"sqlite+aiosqlite:///{tmp_path}/file/x.db", "postgresql+asyncpg://nobody@127.0.0.1:1/x"):
        database = Database(url)
        with pytest.raises(DatabaseError, match="setting database") as caught:
            await database.migrate()
        assert "\n" not in str(caught.value)
        assert "sqlalche.me" not in str(caught.value)
        await database.close()


def test_the_unit_makes_the_folder_in_which_it_works():
    unit = (ROOT / "deploy" / "systemd" / "gridtokenx@.service").read_text()
    (works,) = re.findall(r"^WorkingDirectory=/var/lib/(.*)$", unit, re.MULTILINE)
    assert re.findall(r"^StateDirectory=(.*)$", unit, re.MULTILINE) == [works]


def test_the_image_gets_no_secrets_and_no_environments():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", ".venv*", "target", "deploy/secrets"} <= set(ignored)
