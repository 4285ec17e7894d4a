"""`--quiet-errors`: every error keeps its code, and the accounts are as before; texts and places are gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seahorse.driver.compile import Artifacts, Compiler
from seahorse.testing import Failed, Ledger
from seahorse.testing.program import DeployedProgram

pytestmark = pytest.mark.vm_only("the flag is one of the bytecode")

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Wrong(Error):
    NEVER = 6000, 'this never happens'
    SECOND = 6100, 'the second of them'


class Box(Account):
    owner: Pubkey
    n: u64
    kind: u8


@instruction
def create(owner: Signer, box: Empty[Box]):
    b = box.init(payer=owner, seeds=['box', owner])
    b.owner = owner.key()


@instruction
def work(owner: Signer, box: Annotated[Box, Seeds('box', arg.owner)], n: u64, how: u8) -> u64:
    print('begins')
    assert how != 1, Wrong.NEVER
    assert how != 2, Wrong.SECOND
    assert how != 3, 'a text'
    assert how != 4, f'a text of {n}'
    if how == 5:
        raise Wrong.SECOND
    if how == 6:
        box.n -= n + 1
    if how == 7:
        box.n = n // (n - n)
    if how == 8:
        box.n = u64(u8(n))
    if how == 9:
        box.n = [u64(1), u64(2)][n]
    if how == 10:
        box.n = u64(u128(n) * 1_000_000_000_000_000_000)
    box.n += n
    return box.n
"""


def built(folder: Path, *, quiet: bool) -> Artifacts:
    path = folder / "boxes.py"
    path.write_text(SOURCE)
    return Compiler(quiet_errors=quiet).build([path])[0]


class Side:
    """The program on a ledger of its own; what each call did."""

    def __init__(self, artifacts: Artifacts) -> None:
        self.ledger = Ledger()
        self.program: DeployedProgram = self.ledger.deploy(artifacts)
        self.owner, self.other = self.ledger.signer(), self.ledger.signer()
        self.program.create(owner=self.owner)
        self.box = self.program.address("box", self.owner)

    def call(self, **given: Any) -> tuple[object, bytes, list[str]]:
        """The error, or the value; the account; the log lines of the program."""
        try:
            outcome: object = self.program.work(**{"owner": self.owner, "box": self.box, **given}).value
            logs: list[str] = []
        except Failed as failed:
            outcome, logs = failed.failure.code or failed.failure.name, failed.result.messages
        account = self.ledger.account(self.box)
        assert account is not None
        return outcome, bytes(account.data), logs

    def missing(self, count: int) -> object:
        """The error when only so many accounts are given."""
        call = self.program.prepare("work", owner=self.owner, box=self.box, n=1, how=0)
        call.instruction.accounts = call.instruction.accounts[:count]
        with pytest.raises(Failed) as failed:
            self.ledger.send(call)
        return failed.value.failure.code


def test_codes_and_accounts_are_the_same_and_texts_are_gone(tmp_path: Path) -> None:
    loud, quiet = Side(built(tmp_path, quiet=False)), Side(built(tmp_path, quiet=True))
    met: set[object] = set()
    for how in range(11):
        for n in (0, 1, 1 << 40):
            told, short = (side.call(n=n, how=how) for side in (loud, quiet))
            assert short[:2] == told[:2], (how, n)
            met.add(told[0])
            assert not any("Error" in line for line in short[2])
    for given in ({"owner": loud.other}, {"box": loud.owner}, {"box": loud.program.id}):
        told, short = (side.call(n=1, how=0, **given) for side in (loud, quiet))
        assert short[0] == told[0]
        met.add(told[0])
    assert [quiet.missing(n) for n in range(2)] == [loud.missing(n) for n in range(2)] == [3005, 3005]
    assert {6000, 6100, 2500} <= met
    assert len(met) >= 9


def test_it_saves_bytes(tmp_path: Path) -> None:
    loud, quiet = (len(built(tmp_path, quiet=q).bytecode) for q in (False, True))
    # The texts are packed; what tells them is gone as well.
    assert quiet < loud - 1000


def test_what_the_code_prints_itself_is_still_printed(tmp_path: Path) -> None:
    quiet = Side(built(tmp_path, quiet=True))
    assert quiet.call(n=0, how=2)[2] == ["begins"]
    assert quiet.call(n=7, how=4)[2] == ["begins", "a text of 7"]
    assert quiet.call(n=7, how=3)[2] == ["begins"]
