"""`seahorse profile`: counts are those of the virtual machine, and every unit counts once, at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from solders.keypair import Keypair
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.driver.compile import Artifacts
from seahorse.profiling.engine import ProfileDiffers, begin, end
from seahorse.profiling.flame import flame_graph
from seahorse.profiling.machine.code import MapError, read_code
from seahorse.profiling.machine.memory import Memory
from seahorse.profiling.recording import Recording
from seahorse.profiling.report import by_line, listing, tables
from seahorse.profiling.stacks import PROGRAM, SYSCALL, Profile, profile_of, read_profile
from seahorse.testing import Failed, Ledger
from seahorse.testing.compiling import compile_text

pytestmark = pytest.mark.vm_only("compute units")

BANK = """from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Box(Account):
    total: u64
    notes: List[u64, 40]


@event
class Counted:
    total: u64


def rounds(n: u64) -> u64:
    done = u64(0)
    i = u64(0)
    while i < n:
        done += i * i % 7
        i += 1
    return done


@instruction
def create(owner: Signer, box: Empty[Box]) -> None:
    box.init(payer=owner, seeds=["box", owner])


@instruction
def work(owner: Signer, box: Annotated[Box, Seeds("box", arg.owner)], n: u64) -> u64:
    box.total += rounds(n)
    for k in range(u64(3)):
        box.notes.append(k)
    print(f"total {box.total}")
    assert n < 1_000, "too many"
    Counted(total=box.total).emit()
    return sha256(bytes(box.notes))[0] + box.total


@instruction
def pay(owner: Signer, mint: TokenMint, a: TokenAccount, b: TokenAccount) -> None:
    a.transfer(authority=owner, to=b, amount=5)
    b.transfer(authority=owner, to=a, amount=1)
"""
BANK = BANK.replace("@event\nclass Counted:", "class Counted(Event):").replace(
    "sha256(bytes(box.notes))[0] + box.total", "len(box.notes) + box.total"
)


@pytest.fixture
def measured() -> Iterator[Recording]:
    yield begin("bank")
    end()


def line_of(text: str) -> int:
    return next(i for i, line in enumerate(BANK.splitlines(), 1) if text in line)


@cache
def built() -> Artifacts:
    return compile_text(BANK, "bank")


class Bank:
    """The program on a ledger, with the units that the virtual machine counted."""

    def __init__(self) -> None:
        self.ledger = Ledger(engine="vm")
        self.program = self.ledger.deploy(built())
        self.owner = self.ledger.signer()
        self.units = 0

    def call(self, name: str, **given: object) -> None:
        self.units += self.program.call(name, owner=self.owner, **given).compute_units

    def created(self) -> Bank:
        self.call("create", box=self.program.address("box", self.owner))
        return self

    def work(self, n: int) -> None:
        self.call("work", box=self.program.address("box", self.owner), n=n)

    def pay(self) -> None:
        mint = self.ledger.mint(authority=self.owner)
        a = self.ledger.token_account(mint, self.owner, 100)
        b = self.ledger.token_account(mint, self.owner, 100, address=Keypair().pubkey())
        self.call("pay", mint=mint, a=a, b=b)


def profiled(measured: Recording) -> Profile:
    code = next(iter(measured.codes.values()))
    return profile_of(measured.root, code, measured.transactions)


def test_the_total_is_what_the_meter_of_the_virtual_machine_says(measured: Recording) -> None:
    bank = Bank().created()
    for n in (0, 1, 50):
        bank.work(n)
    bank.pay()
    profile = profiled(measured)
    assert profile.total == bank.units == measured.root.units()
    assert profile.transactions == 5
    assert profile.times == {"bank.create": 1, "bank.work": 3, "bank.pay": 1}


def test_what_a_failed_transaction_took_counts_too(measured: Recording) -> None:
    bank = Bank().created()
    with pytest.raises(Failed, match="too many") as failed:
        bank.work(1_001)
    assert profiled(measured).total == bank.units + failed.value.result.compute_units


def test_a_transaction_that_uses_up_its_budget(measured: Recording) -> None:
    bank = Bank().created()
    with pytest.raises(Failed) as failed:
        bank.work(10**9)
    assert failed.value.result.compute_units == 1_400_000
    assert profiled(measured).total == bank.units + 1_400_000


def test_lines_together_are_the_total_and_a_loop_counts_each_turn(measured: Recording) -> None:
    bank = Bank().created()
    turn = line_of("done += i * i % 7")
    taken: list[int] = []
    for n in (10, 110, 210):
        before = measured.root.units()
        bank.work(n)
        profile = profiled(measured)
        many = by_line(profile)
        assert sum(entry.total for entry in many.values()) == profile.total > before
        taken.append(many[profile.path, turn].total - sum(taken))
    # A hundred turns more cost the same each time, and all of it is this line.
    assert taken[1] - taken[0] == taken[2] - taken[1] >= 300
    assert many[profile.path, line_of('print(f"')].syscalls >= 200  # of two lines of text
    assert many[profile.path, line_of("emit()")].syscalls >= 400


def test_calls_of_programs_and_syscalls_are_frames_of_their_own(measured: Recording) -> None:
    bank = Bank()
    bank.pay()
    profile = profiled(measured)
    ends = {(way[-1].kind, way[-1].text): units for way, units in profile.stacks.items()}
    assert ends[SYSCALL, "sol_invoke_signed_c"] >= 946
    assert ends[PROGRAM, "token.Batch"] > 0
    assert next(iter(profile.stacks))[0].text == "bank.pay"


def test_the_flame_graph_has_all_units_in_its_lowest_row_and_no_box_over_its_edge(measured: Recording) -> None:
    bank = Bank().created()
    bank.work(20)
    profile = profiled(measured)
    svg = flame_graph(profile, lambda _file, line: BANK.splitlines()[line - 1])
    root = ElementTree.fromstring(svg)
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    boxes = [g for g in root.iter("{http://www.w3.org/2000/svg}g") if "data-x" in g.attrib]
    assert float(boxes[0].attrib["data-w"]) == 1
    assert f"{profile.total:,} units, 100.00 %" in (boxes[0][0].text or "")
    assert all(float(b.attrib["data-x"]) + float(b.attrib["data-w"]) < 1.00001 for b in boxes)
    for row in {b.attrib["data-row"] for b in boxes}:
        edges = sorted(
            (float(b.attrib["data-x"]), float(b.attrib["data-w"])) for b in boxes if b.attrib["data-row"] == row
        )
        assert all(x + w <= after + 1e-5 for (x, w), (after, _) in pairwise(edges))
    assert "done += i * i % 7" in svg


def test_the_listing_has_the_source_and_the_tables_have_every_function(measured: Recording) -> None:
    bank = Bank().created()
    bank.work(20)
    profile = profiled(measured)
    text = listing(profile, {profile.path: BANK})
    for number, line in enumerate(BANK.splitlines(), 1):
        assert re.search(rf"^ *[\d,]* +{number} \| {re.escape(line)}".rstrip(), text, re.MULTILINE), line
    told = tables(profile, lambda _file, line: BANK.splitlines()[line - 1])
    assert "rounds" in told and "bank.work" in told and "syscall sol_log_data" in told
    assert profile.only("work").total < profile.total


def test_a_profile_is_read_as_it_was_written(measured: Recording, tmp_path: Path) -> None:
    bank = Bank().created()
    bank.work(3)
    measured.write(tmp_path / "profile.json")
    assert read_profile(tmp_path / "profile.json") == profiled(measured)


def test_a_replay_that_differs_from_the_machine_is_told(measured: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = Bank().created()
    load = Memory.load
    monkeypatch.setattr(Memory, "load", lambda m, at, size: load(m, at, size) ^ (size == 2))
    monkeypatch.setattr("seahorse.profiling.machine.syscalls.BASE", 99)
    with pytest.raises(ProfileDiffers, match="on the virtual machine"):
        bank.work(3)


def test_code_that_is_not_what_is_deployed_has_no_lines() -> None:
    changed = replace(built(), bytecode=built().bytecode + b"\0")
    with pytest.raises(MapError, match="another one with lines"):
        read_code(changed)


# --- the command ---

TEST = """from pathlib import Path

from seahorse.testing import Ledger


def test_work():
    ledger = Ledger()
    bank = ledger.deploy(Path(__file__).parent / "bank.py")
    owner = ledger.signer()
    bank.create(owner=owner)
    bank.work(owner=owner, n=4)


def test_nothing():
    pass


def test_wrong():
    assert False
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bank.py").write_text(BANK)
    (tmp_path / "test_bank.py").write_text(TEST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_both_files_and_prints_the_tables(project: Path) -> None:
    result = CliRunner().invoke(app, ["profile", "bank", "-k", "test_work"])
    assert result.exit_code == 0, result.output
    assert re.search(r"bank: [\d,]+ compute units in 2 transaction", result.output)
    assert "bank.py" not in result.output.split("share  line")[1].split("\n\n")[0]  # its own lines need no file name
    assert (project / "target/profile/bank.svg").read_text().startswith("<svg")
    assert "while i < n:" in (project / "target/profile/bank.txt").read_text()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["bank", "-k", "test_nothing"], "no test called bank on a Ledger"),
        (["bank", "-k", "test_wrong"], "a test failed"),
        (["bank", "-k", "no_such"], "no test called bank"),
        (["other", "-k", "test_work"], "no test called other"),
        (["bank", "-k", "test_work", "--only", "pay"], "called no instruction pay of bank; they called create, work"),
    ],
)
def test_what_the_command_cannot_do_it_says(project: Path, args: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["profile", *args])
    assert result.exit_code == 1
    assert told in result.output
    assert not (project / "target").exists()
