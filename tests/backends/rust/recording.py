"""A plugin of pytest that records what tests deploy and send: sources, calls, and what came of each.

`record` runs tests with it in a process of its own.
"""

from __future__ import annotations

import inspect
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solders.account import Account
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from tests.backends.rust.cargo import ROOT
from tests.backends.rust.equality.machines import events_in
from tests.backends.rust.equality.vector import ABSENT, Meta, Outcome, Stored, Vector, program_code

from seahorse.driver.compile import Artifacts
from seahorse.testing import Ledger, compiling
from seahorse.testing.engines.virtual_machine import Engine
from seahorse.testing.engines.virtual_machine import Outcome as Executed
from seahorse.testing.program import DeployedProgram

WHERE = "SEAHORSE_RECORDING"


@dataclass(frozen=True)
class Source:
    """A program: the files of its folder by relative path, and which of them it is."""

    main: str
    files: tuple[tuple[str, str], ...]


@dataclass
class Recorded:
    """A call: the programs that were deployed, and what the bytecode made of it."""

    programs: dict[Pubkey, str]
    vector: Vector
    outcome: Outcome


@dataclass
class Recording:
    programs: dict[str, Source] = field(default_factory=dict[str, Source])
    calls: list[Recorded] = field(default_factory=list[Recorded])
    rent: bytes = b""


def record(folder: Path, *arguments: str) -> Recording:
    """Run tests, and record them. Raises AssertionError with what pytest printed when one of them fails."""
    out = folder / "recording"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.backends.rust.recording",
            *arguments,
        ],
        cwd=ROOT,
        env={**os.environ, WHERE: str(out), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-5_000:]
    return pickle.loads(out.read_bytes())


# --- inside pytest --------------------------------------------------------------------------------------------


class Recorder:
    """Stands between the tests' ledgers and what they use: the compiler and the virtual machine."""

    def __init__(self) -> None:
        self.recording = Recording()
        # The compiler's results, kept so that their numbers stay theirs.
        self._compiled: dict[int, tuple[Artifacts, Source]] = {}
        self._deployed: dict[Engine, dict[Pubkey, str]] = {}

    def compiled(self, path: Path, made: Artifacts) -> None:
        home = path.parent
        found = [p for p in sorted(home.rglob("*.py")) if not p.name.startswith(("test_", "conftest"))]
        files = tuple((p.relative_to(home).as_posix(), p.read_text(encoding="utf-8")) for p in found)
        self._compiled[id(made)] = (made, Source(path.stem, files))

    def deployed(self, engine: Engine, id: Pubkey, made: Artifacts) -> None:
        self._deployed.setdefault(engine, {})[id] = self._name(made)

    def _name(self, made: Artifacts) -> str:
        """The program's own name, or that of the tests that deploy it with a number."""
        source = self._compiled[id(made)][1]
        known = next((n for n, s in self.recording.programs.items() if s == source), None)
        if known is not None:
            return known
        stem = _test_file() if source.main in ("program", "sample") else source.main
        name, number = stem, 1
        while name in self.recording.programs:
            number += 1
            name = f"{stem}_{number}"
        self.recording.programs[name] = source
        return name

    def sent(self, engine: Engine, call: Instruction, before: dict[Pubkey, Stored], done: Executed) -> None:
        programs = self._deployed.get(engine, {})
        if call.program_id not in programs:
            return
        clock: Any = engine.clock()
        times = (
            clock.slot,
            clock.epoch_start_timestamp,
            clock.epoch,
            clock.leader_schedule_epoch,
            clock.unix_timestamp,
        )
        name = programs[call.program_id]
        metas = [Meta(m.pubkey, m.is_signer, m.is_writable) for m in call.accounts]
        test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
        vector = Vector(name, test, call.program_id, metas, bytes(call.data), before, times)
        code = 0
        if done.error is not None:
            if not isinstance(done.error, dict) or "InstructionError" not in done.error:
                return
            code = program_code(done.error["InstructionError"][1])
        returned = (done.return_program, done.return_data) if done.return_data else None
        after = {key: stored(engine.account(key)) for key in before}
        outcome = Outcome(code, events_in(done.logs), returned, after, done.logs)
        self.recording.calls.append(Recorded(dict(programs), vector, outcome))


def stored(account: Account | None) -> Stored:
    if account is None or account.lamports == 0:
        return ABSENT
    return Stored(account.owner, account.lamports, bytes(account.data), account.executable)


def _test_file() -> str:
    """The file of tests that is running."""
    paths = (Path(frame.filename) for frame in inspect.stack())
    return next(p.stem for p in paths if p.stem.startswith("test_"))


def _install(recorder: Recorder) -> None:
    compile_path, deploy, run = compiling._compile, Ledger.deploy, Engine.run  # pyright: ignore[reportPrivateUsage]

    def compiled(path: Path) -> Artifacts:
        made = compile_path(path)
        recorder.compiled(path, made)
        return made

    def deployed(chain: Ledger, program: str | Path | Artifacts, **options: Any) -> DeployedProgram:
        built = program if isinstance(program, Artifacts) else compiling.compile_file(program)
        made = deploy(chain, built, **options)
        recorder.deployed(chain._engine, made.id, built)  # pyright: ignore[reportPrivateUsage]
        return made

    def executed(engine: Engine, calls: list[Instruction], payer: Keypair, signers: list[Keypair]) -> Executed:
        keys = {m.pubkey for m in calls[0].accounts}
        before = {key: stored(engine.account(key)) for key in keys}
        done = run(engine, calls, payer, signers)
        if len(calls) == 1:
            recorder.sent(engine, calls[0], before, done)
        return done

    compiling._compile = compiled  # pyright: ignore[reportPrivateUsage]
    Ledger.deploy = deployed
    Engine.run = executed


_RECORDER = Recorder()


def pytest_configure() -> None:
    _install(_RECORDER)


def pytest_unconfigure() -> None:
    svm: Any = LiteSVM()
    _RECORDER.recording.rent = bytes(svm.get_rent())
    Path(os.environ[WHERE]).write_bytes(pickle.dumps(_RECORDER.recording))
