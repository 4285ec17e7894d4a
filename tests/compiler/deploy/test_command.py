"""`seahorse deploy`: which program, which key, which cluster; what it says when something is amiss."""

import json
from pathlib import Path

import pytest
from solders.keypair import Keypair
from tests.compiler.deploy.tiny import NO_PROGRAM, program
from typer.testing import CliRunner, Result

from seahorse.cli import app
from seahorse.deploy import DeployError, Rpc, cluster_url, deploy_program, load_keypair, save_keypair
from solana_localnet.spawn import Localnet

RUN = CliRunner()


class Workshop:
    """A project of one program, without a compiler: its bytecode is `tiny`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.key, self.wallet = Keypair(), Keypair()
        (folder / "programs_py").mkdir()
        (folder / "programs_py" / "lamp.py").write_text(f"declare_id('{self.key.pubkey()}')\n")
        (folder / "Anchor.toml").write_text(f'[provider]\ncluster = "{url}"\nwallet = "wallet.json"\n')
        save_keypair(self.wallet, folder / "wallet.json")
        save_keypair(self.key, folder / "target" / "deploy" / "lamp-keypair.json")
        self.build(program(0))

    def build(self, code: bytes) -> None:
        (self.folder / "target" / "deploy" / "lamp.so").write_bytes(code)
        idl = self.folder / "target" / "idl" / "lamp.json"
        idl.parent.mkdir(exist_ok=True)
        idl.write_text(json.dumps({"address": str(self.key.pubkey())}))

    def deploy(self, *arguments: str) -> Result:
        return RUN.invoke(app, ["deploy", *arguments])


@pytest.fixture
def workshop(tmp_path: Path, net: Localnet, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.chdir(tmp_path)
    return Workshop(tmp_path, net.rpc_url)


def told(result: Result) -> list[str]:
    return result.output.split()


def test_anchor_toml_says_where_and_who(workshop: Workshop):
    code = program(0)
    for action in ("deployed", "unchanged"):
        result = workshop.deploy()
        assert result.exit_code == 0, result.output
        assert told(result)[-5:] == ["lamp", str(workshop.key.pubkey()), action, f"{len(code):,}", "bytes"]


def test_an_upgrade_needs_no_program_key(workshop: Workshop):
    workshop.deploy()
    (workshop.folder / "target/deploy/lamp-keypair.json").unlink()
    workshop.build(program(1))
    assert "upgraded" in workshop.deploy("lamp").output
    assert "unchanged" in workshop.deploy("lamp").output
    assert "upgraded" in workshop.deploy("lamp", "--force").output


def test_another_wallet_may_not_upgrade(workshop: Workshop):
    workshop.deploy()
    save_keypair(Keypair(), workshop.folder / "other.json")
    workshop.build(program(1))
    result = workshop.deploy("--wallet", "other.json")
    assert result.exit_code == 1
    assert "may not upgrade" in result.output


def test_a_refused_program(workshop: Workshop):
    workshop.build(NO_PROGRAM)
    result = workshop.deploy()
    assert result.exit_code == 1
    assert "the cluster refused the program; its buffer is closed" in result.output
    assert not (workshop.folder / "target/deploy/lamp-buffer.json").exists()


def break_off(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that ends in the middle of the chunks."""
    call, sent = Rpc.call, 0

    async def broken(self: Rpc, method: str, *params: object) -> object:
        nonlocal sent
        sent += method == "sendTransaction"
        if sent > 10:
            raise DeployError("the line is cut")
        return await call(self, method, *params)

    with monkeypatch.context() as patch:
        patch.setattr(Rpc, "call", broken)
        result = workshop.deploy()
    assert result.exit_code == 1
    assert "run the command again to go on" in " ".join(told(result))


def test_running_it_again_goes_on(workshop: Workshop, monkeypatch: pytest.MonkeyPatch):
    workshop.build(program(0, padding=3_000))
    break_off(workshop, monkeypatch)
    buffer = load_keypair(workshop.folder / "target/deploy/lamp-buffer.json")
    seen: list[Keypair | None] = []

    async def watched(*arguments: object, buffer: Keypair | None = None, **options: object):
        seen.append(buffer)
        return await deploy_program(*arguments, buffer=buffer, **options)  # pyright: ignore

    monkeypatch.setattr("seahorse.deploy.command.deploy_program", watched)
    assert "deployed" in workshop.deploy().output
    assert [key and key.pubkey() for key in seen] == [buffer.pubkey()]
    assert not (workshop.folder / "target/deploy/lamp-buffer.json").exists()


async def balance(workshop: Workshop) -> int:
    async with Rpc(workshop.url) as rpc:
        return await rpc.balance(workshop.wallet.pubkey())


def test_the_buffer_of_other_code_gives_its_rent_back(workshop: Workshop, monkeypatch: pytest.MonkeyPatch):
    import asyncio

    workshop.build(program(0, padding=3_000))
    break_off(workshop, monkeypatch)
    before = asyncio.run(balance(workshop))
    workshop.build(program(0))
    assert "deployed" in workshop.deploy().output
    assert asyncio.run(balance(workshop)) > before


@pytest.mark.parametrize(
    ("spoil", "arguments", "message"),
    [
        ("", ["lamb"], "there is no program lamb; there are lamp"),
        ("target/deploy/lamp.so", [], "lamp is not built; run `seahorse build`"),
        ("target/deploy/lamp-keypair.json", [], "its first deployment needs its keypair"),
        ("wallet.json", [], "there is no key file"),
        ("", ["--cluster", "moon"], "'moon' is no cluster; give localnet, devnet"),
        ("", ["--cluster", "http://127.0.0.1:1"], "does not answer"),
        ("", ["lamp", "--program-keypair", "wallet.json"], "run `seahorse keys sync`"),
        ("Anchor.toml", [], "no Anchor.toml"),
    ],
)
def test_what_is_amiss_is_told(workshop: Workshop, spoil: str, arguments: list[str], message: str):
    if spoil:
        (workshop.folder / spoil).unlink()
    result = workshop.deploy(*arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_build_for_another_address(workshop: Workshop):
    (workshop.folder / "programs_py" / "lamp.py").write_text(f"declare_id('{Keypair().pubkey()}')\n")
    result = workshop.deploy()
    assert result.exit_code == 1
    assert "run `seahorse build`" in result.output


@pytest.mark.parametrize("content", ["[1, 2, 3]", "no json", "[256]", json.dumps([1] * 64)])
def test_damaged_key_files(tmp_path: Path, content: str):
    file = tmp_path / "key.json"
    file.write_text(content)
    with pytest.raises(DeployError, match=r"is no key file|is damaged"):
        load_keypair(file)


def test_clusters():
    assert cluster_url("localhost") == "http://127.0.0.1:8899"
    assert cluster_url("mainnet-beta") == cluster_url("mainnet")
    assert cluster_url("http://[::1]:8899") == "http://[::1]:8899"
