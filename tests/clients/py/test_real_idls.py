"""`seahorse add` takes the IDLs of programs that people use, and what it writes can be imported and called."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from seahorse.stubs import add_program
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
    done = subprocess.run(
        [str(NPM), "pack", "--silent", package], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"npm cannot bring {package}")
    with tarfile.open(tmp_path / done.stdout.split()[-1]) as archive:
        content = archive.extractfile(f"package/{file}")
        assert content is not None
        (tmp_path / "idl.json").write_bytes(content.read())
    added = add_program(tmp_path, str(tmp_path / "idl.json"), address=address)
    assert added.path.stem == module
    text = added.path.read_text()
    # What is left out is told, and little.
    instructions = [what for what, _ in added.left_out if what.startswith("instruction ")]
    assert len(instructions) <= text.count("@instruction") // 4
    assert compile_text(HEAD.format(module) + body, "caller", **{module: text}).bytecode
