"""`seahorse add` and `seahorse client` take the IDLs of programs that people use; what they write can be used."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from seahorse.client.command import ClientSources, programs_of, write_client
from seahorse.client.package import ClientPackage, client_of
from seahorse.driver.compile import Compiler
from seahorse.stubs import add_program
from seahorse.stubs.names import snake_case
from seahorse.testing.compiling import compile_text

NPM = shutil.which("npm")
# npm package and version, the IDL in it, the program's address, and an instruction body that uses the module.
PROGRAMS = [
    (
        "@orca-so/whirlpools-sdk@0.22.0", "dist/artifacts/whirlpool.json", None, "whirlpool",
        "def go(p: whirlpool.Whirlpool) -> u128:\n    assert p.liquidity > 0\n    return p.sqrt_price\n",
    ),
    (
        "@sqds/multisig@2.1.4", "idl/squads_multisig_program.json", None, "squads_multisig_program",
        "def go(m: squads_multisig_program.Multisig, t: UncheckedAccount, who: Signer, rent: Signer, s: Program):\n"
        "    assert m.threshold > 1, squads_multisig_program.SquadsMultisigProgramError.INVALID_THRESHOLD\n"
        "    squads_multisig_program.proposal_create(m, t, who, rent, s, "
        "squads_multisig_program.ProposalCreateArgs(m.transaction_index, False))\n",
    ),
    (
        "@pythnetwork/pyth-solana-receiver@0.12.0", "lib/idl/pyth_solana_receiver.json",
        "rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ", "pyth_solana_receiver",
        "def go(c: pyth_solana_receiver.Config) -> u8:\n    return c.minimum_signatures\n",
    ),
]  # fmt: skip
HEAD = "from seahorse.prelude import *\nimport {}\ndeclare_id('DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE')\n\n\n@instruction\n"


@pytest.mark.skipif(NPM is None, reason="npm is not installed, which brings the IDLs")
@pytest.mark.parametrize(("package", "file", "address", "module", "body"), PROGRAMS, ids=lambda p: str(p)[:24])
def test_a_program_that_people_use(
    tmp_path: Path, package: str, file: str, address: str | None, module: str, body: str
):
    idl = published_idl(tmp_path, package, file)
    added = add_program(tmp_path, str(idl), address=address)
    assert added.path.stem == module
    text = added.path.read_text()
    # What is left out is told, and little.
    instructions = [what for what, _ in added.left_out if what.startswith("instruction ")]
    assert len(instructions) <= text.count("@instruction") // 4
    assert compile_text(HEAD.format(module) + body, "caller", **{module: text}).bytecode
    a_client_of_it_is_typed_and_stable(tmp_path, idl, address, module)


def published_idl(tmp_path: Path, package: str, file: str) -> Path:
    """The IDL in an npm package; the test is skipped when npm cannot bring it."""
    done = subprocess.run(
        [str(NPM), "pack", "--silent", package], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"npm cannot bring {package}")
    with tarfile.open(tmp_path / done.stdout.split()[-1]) as archive:
        content = archive.extractfile(f"package/{file}")
        assert content is not None
        (tmp_path / "idl.json").write_bytes(content.read())
    return tmp_path / "idl.json"


def a_client_of_it_is_typed_and_stable(tmp_path: Path, idl: Path, address: str | None, module: str) -> None:
    """Everything of the IDL is in the client; pyright (strict) accepts it; it imports; a second run changes nothing."""

    def client() -> ClientPackage:
        return client_of(programs_of(ClientSources([str(idl)], address=address), Compiler()))

    folder = tmp_path / "clients"
    run = write_client(client(), folder)
    assert run.left_out == []
    document = json.loads(idl.read_text())
    told = (folder / module / "instructions/__init__.py").read_text()
    assert all(f'"{snake_case(one["name"])}"' in told for one in document["instructions"])
    assert write_client(client(), folder, check=True).written == []
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"strict": ["clients"], "include": ["clients"]}))
    names = [".".join(path.relative_to(tmp_path).with_suffix("").parts) for path in sorted(folder.rglob("*.py"))]
    for command in (
        ["-m", "pyright", "--pythonpath", sys.executable, "-p", str(tmp_path)],
        ["-c", f"import importlib\nfor n in {names!r}: importlib.import_module(n)"],
    ):
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
