"""Checks of a new project by the `anchor` command: everything that its users do with a program but build it."""

import json
from pathlib import Path

from solders.pubkey import Pubkey
from tests.official import tools
from tests.official.checks import Desk, Failed, NotHere, check, expect
from tests.official.tools import ROOT

from seahorse.deploy.idl.metadata import PROGRAM_METADATA

CLIENT, COMPILER = ROOT / ".venv" / "bin", ROOT / ".venv-localnet" / "bin"
NAME = "fresh"


def project(desk: Desk, name: str = NAME) -> Path:
    """A new project, built once on each desk."""
    folder = desk.folder / name
    if not folder.exists():
        desk.run(str(COMPILER / "seahorse"), "init", name)
        desk.run(str(COMPILER / "seahorse"), "build", within=folder)
    return folder


def address(folder: Path, name: str = NAME) -> str:
    """A built program's address."""
    return json.loads((folder / "target" / "idl" / f"{name}.json").read_text())["address"]


def anchor(desk: Desk, folder: Path, *line: str, **options: object) -> str:
    """Output of an `anchor` command in a project, on the desk's cluster and by its wallet."""
    where = ("--provider.cluster", desk.cluster.rpc_url, "--provider.wallet", desk.key("wallet"))
    end = line.index("--") if "--" in line else len(line)
    words = (*line[:end], *where, *line[end:])
    return desk.run(str(tools.ANCHOR.path), *words, within=folder, **options)  # type: ignore[arg-type]


def fetched(desk: Desk, folder: Path, program: str) -> object:
    """The IDL that is on the chain."""
    return json.loads(anchor(desk, folder, "idl", "fetch", program))


def built_idl(folder: Path, name: str = NAME) -> object:
    return json.loads((folder / "target" / "idl" / f"{name}.json").read_text())


def deployed(desk: Desk) -> tuple[Path, str]:
    """The new project, deployed by Anchor with its IDL."""
    folder = project(desk)
    program = address(folder)
    marker = folder / ".deployed"
    if not marker.exists():
        said = anchor(desk, folder, "deploy")
        expect("Deploy success" in said and "Idl account created" in said, said)
        marker.touch()
    return folder, program


@check("anchor deploy writes program and IDL")
def deploy(desk: Desk) -> None:
    """The first time it creates the account of the IDL, the second time it puts another one into it."""
    folder, program = deployed(desk)
    expect(fetched(desk, folder, program) == built_idl(folder), "the IDL on the chain is the one that was built")
    shown = json.loads(desk.solana("program", "show", program, "--output", "json"))
    expect(shown["authority"] == desk.address("wallet"), "the wallet may upgrade it")
    said = anchor(desk, folder, "deploy")
    expect("successfully upgraded" in said, said)


@check("anchor idl upgrade, write-buffer, set-buffer, close")
def idl_upgrade(desk: Desk) -> None:
    """Another IDL in the place of the first; also a longer one in two steps."""
    folder, program = deployed(desk)
    idl = json.loads((folder / "target" / "idl" / f"{NAME}.json").read_text())
    changed = desk.folder / "changed.json"
    changed.write_text(json.dumps(idl | {"docs": ["It has other words now."]}))
    said = anchor(desk, folder, "idl", "upgrade", program, "--filepath", str(changed))
    expect("successfully upgraded" in said, said)
    expect(fetched(desk, folder, program) == json.loads(changed.read_text()), "the new IDL is there")
    said = anchor(desk, folder, "idl", "write-buffer", program, "--filepath", str(folder / f"target/idl/{NAME}.json"))
    buffer = said.split("Idl buffer created:")[1].split()[0]
    anchor(desk, folder, "idl", "set-buffer", program, "--buffer", buffer)
    expect(fetched(desk, folder, program) == built_idl(folder), "the first IDL is back")
    anchor(desk, folder, "idl", "close", program, "--idl-address", buffer)
    gone = desk.solana("account", buffer, fails=True)
    expect("AccountNotFound" in gone, gone)


@check("anchor idl authority, set-authority, erase-authority")
def idl_authority(desk: Desk) -> None:
    """Whoever is not the authority changes nothing; nobody is, when it is erased."""
    folder, program = deployed(desk)
    file = str(folder / "target" / "idl" / f"{NAME}.json")
    expect(desk.address("wallet") in anchor(desk, folder, "idl", "authority", program), "the wallet is the authority")
    desk.solana("transfer", desk.address("editor"), "10", "--allow-unfunded-recipient")
    said = anchor(
        desk, folder, "idl", "set-authority", "--program-id", program, "--new-authority", desk.address("editor")
    )
    expect("Authority update complete" in said, said)
    expect(desk.address("editor") in anchor(desk, folder, "idl", "authority", program), "the editor is now")
    refused = anchor(
        desk, folder, "idl", "set-authority", "--program-id", program, "--new-authority", program, fails=True
    )
    expect("0x7d1" in refused or "ConstraintHasOne" in refused, refused)
    by_editor = ("--provider.cluster", desk.cluster.rpc_url, "--provider.wallet", desk.key("editor"))
    erase = (str(tools.ANCHOR.path), "idl", "erase-authority", "--program-id", program, *by_editor)
    expect("complete" in desk.run(*erase, within=folder, typed="y\n"), "the authority is erased")
    nobody = anchor(desk, folder, "idl", "authority", program)
    expect(str(Pubkey.default()) in nobody, nobody)
    again = (str(tools.ANCHOR.path), "idl", "set-authority", "--program-id", program, "--new-authority", program)
    desk.run(*again, *by_editor, within=folder, fails=True)
    expect(fetched(desk, folder, program) == built_idl(folder), f"{file} is what stays on the chain")


# What AnchorPy reads of the chain: the names of the program's instructions.
READS = """import asyncio, sys
from anchorpy import Program, Provider, Wallet
from solana.rpc.async_api import AsyncClient
from solders.keypair import Keypair
from solders.pubkey import Pubkey

async def main():
    async with AsyncClient(sys.argv[1]) as client:
        program = Pubkey.from_string(sys.argv[2])
        provider = Provider(client, Wallet(Keypair()))
        idl = await Program.fetch_idl(program, provider)
        made = await Program.at(program, provider)
        assert made.idl == idl
        print(*sorted(i.name for i in idl.instructions))

asyncio.run(main())
"""


@check("anchor deploy --no-idl, anchor idl init, type, seahorse idl")
def idl_init(desk: Desk) -> None:
    """An IDL that comes after its program: by Anchor, by our command, and in the form that AnchorPy reads."""
    folder = project(desk, "late")
    program, file = address(folder, "late"), str(folder / "target" / "idl" / "late.json")
    said = anchor(desk, folder, "deploy", "--no-idl")
    expect("Deploy success" in said and "Idl account created" not in said, said)
    anchor(desk, folder, "idl", "fetch", program, fails=True)
    anchor(desk, folder, "idl", "init", program, "--filepath", file)
    expect(
        fetched(desk, folder, program) == built_idl(folder, "late"), "the IDL on the chain is the one that was built"
    )
    typed = anchor(desk, folder, "idl", "type", file)
    expect("export type Late = {" in typed and f'"address": "{program}"' in typed, typed)
    seahorse, where = str(COMPILER / "seahorse"), ("--cluster", desk.cluster.rpc_url)
    wallet = ("--wallet", desk.key("wallet"))
    desk.run(seahorse, "idl", "upload", "--legacy", *where, *wallet, within=folder)
    read = desk.run(str(CLIENT / "python"), "-c", READS, desk.cluster.rpc_url, program).split()
    legacy = json.loads((folder / "target" / "idl" / "legacy" / "late.json").read_text())
    expect(len(read) > 1 and read == sorted(i["name"] for i in legacy["instructions"]), " ".join(read))
    desk.run(seahorse, "idl", "upload", *where, *wallet, within=folder)
    expect(fetched(desk, folder, program) == built_idl(folder, "late"), "Anchor reads what our command wrote")
    ours = json.loads(desk.run(seahorse, "idl", "fetch", program, *where))
    expect(ours == built_idl(folder, "late"), "and our command reads it")


@check("seahorse idl upload --to metadata")
def idl_metadata(desk: Desk) -> None:
    """By the Program Metadata program, or, where the cluster has none, with a sentence that says so."""
    folder = project(desk, "late")
    program, seahorse, where = address(folder, "late"), str(COMPILER / "seahorse"), ("--cluster", desk.cluster.rpc_url)
    upload = (seahorse, "idl", "upload", "--to", "metadata", *where, "--wallet", desk.key("wallet"))
    try:
        desk.solana("account", str(PROGRAM_METADATA))
    except Failed:
        refused = desk.run(*upload, within=folder, fails=True)
        expect("has no Program Metadata program" in refused and "--to anchor" in refused, refused)
        raise NotHere("the cluster has no Program Metadata program, as the command says") from None
    desk.run(*upload, within=folder)
    ours = json.loads(desk.run(seahorse, "idl", "fetch", program, "--from", "metadata", *where))
    expect(ours == built_idl(folder, "late"), "our command reads what it wrote")


@check("anchor upgrade, seahorse deploy")
def upgrade(desk: Desk) -> None:
    """The same program again, by Anchor and by our own command."""
    folder, program = deployed(desk)
    anchor(desk, folder, "upgrade", f"target/deploy/{NAME}.so", "--program-id", program)
    line = ("deploy", "--cluster", desk.cluster.rpc_url, "--wallet", desk.key("wallet"))
    said = desk.run(str(COMPILER / "seahorse"), *line, within=folder)
    expect("unchanged" in said, said)


@check("anchor test --skip-build")
def test(desk: Desk) -> None:
    """It deploys, and then runs the project's tests with the cluster and the wallet in the environment."""
    folder, _ = deployed(desk)
    file = folder / "tests" / "test_cluster.py"
    file.write_text(
        "import os\n\n\ndef test_environment() -> None:\n"
        f'    assert os.environ["ANCHOR_PROVIDER_URL"] == "{desk.cluster.rpc_url}"\n'
        f'    assert os.environ["ANCHOR_WALLET"] == "{desk.key("wallet")}"\n'
    )
    toml = folder / "Anchor.toml"
    text = toml.read_text().replace("python -m pytest", f"{COMPILER / 'python'} -m pytest -q")
    toml.write_text(text)
    said = anchor(desk, folder, "test", "--skip-build", "--skip-local-validator")
    expect("passed" in said and "Deploy success" in said, said)
