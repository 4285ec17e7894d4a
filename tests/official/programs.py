"""Checks of programs: deployed, upgraded and closed by the `solana` command, by RPC and by TPU."""

import json
import time
from pathlib import Path

from tests.official.checks import Desk, check, expect
from tests.official.tools import ROOT

DEPLOY = ROOT / "target" / "deploy"


def small() -> Path:
    """The smallest built program."""
    return min(DEPLOY.glob("*.so"), key=lambda path: path.stat().st_size)


def large() -> Path:
    """The largest built program."""
    return max(DEPLOY.glob("*.so"), key=lambda path: path.stat().st_size)


def wait_for_a_slot(desk: Desk) -> None:
    """The loader changes a program once in a slot; where slots take their time, the next command could be too early."""
    first, deadline = int(desk.solana("slot")), time.monotonic() + 20
    while int(desk.solana("slot")) < first + 2:
        expect(time.monotonic() < deadline, "no slot has gone by in 20 s")
        # Localnet makes a slot of each transaction; without one, it may make none.
        desk.solana("transfer", desk.address("stranger"), "0.01", "--allow-unfunded-recipient")


@check("program deploy --use-rpc, show, dump")
def deployment(desk: Desk) -> None:
    """A program arrives byte by byte."""
    said = desk.solana("program", "deploy", str(small()), "--program-id", desk.key("program"), "--use-rpc")
    expect(desk.address("program") in said, said)
    shown = json.loads(desk.solana("program", "show", desk.address("program"), "--output", "json"))
    expect(shown["authority"] == desk.address("wallet"), "the wallet may upgrade it")
    desk.solana("program", "dump", desk.address("program"), "dump.so")
    dumped = (desk.folder / "dump.so").read_bytes()
    expect(dumped.rstrip(b"\0") == small().read_bytes().rstrip(b"\0"), "what is on the chain is what was sent")


@check("program deploy without --use-rpc, upgrade to a larger one")
def by_tpu(desk: Desk) -> None:
    """What the command does by itself: it sends to the leader's TPU, and by RPC where there is none."""
    desk.solana("program", "deploy", str(small()), "--program-id", desk.key("grown"))
    wait_for_a_slot(desk)
    desk.solana("program", "deploy", str(large()), "--program-id", desk.key("grown"))
    shown = json.loads(desk.solana("program", "show", desk.address("grown"), "--output", "json"))
    expect(shown["dataLen"] >= large().stat().st_size, "an upgrade makes room for itself")


@check("program write-buffer, set-buffer-authority, upgrade")
def buffers(desk: Desk) -> None:
    """An upgrade in two steps, as with a multisig."""
    desk.solana("program", "deploy", str(small()), "--program-id", desk.key("by buffer"), "--use-rpc")
    desk.solana("program", "write-buffer", str(small()), "--buffer", desk.key("buffer"), "--use-rpc")
    expect(desk.address("buffer") in desk.solana("program", "show", "--buffers"), "the buffer is listed")
    authority = ("--new-buffer-authority", desk.address("wallet"))
    desk.solana("program", "set-buffer-authority", desk.address("buffer"), *authority)
    desk.solana("program", "upgrade", desk.address("buffer"), desk.address("by buffer"))


@check("program extend, set-upgrade-authority, close")
def endings(desk: Desk) -> None:
    """Room for more, another owner, and the lamports back."""
    desk.solana("program", "deploy", str(small()), "--program-id", desk.key("ending"), "--use-rpc")
    program = desk.address("ending")
    wait_for_a_slot(desk)
    desk.solana("program", "extend", program, "20000")
    shown = json.loads(desk.solana("program", "show", program, "--output", "json"))
    expect(shown["dataLen"] == small().stat().st_size + 20_000, "the program has more room")
    new = ("--new-upgrade-authority", desk.key("successor"), "--upgrade-authority", desk.key("wallet"))
    desk.solana("program", "set-upgrade-authority", program, *new)
    closing = ("--authority", desk.key("successor"), "--bypass-warning")
    said = desk.solana("program", "close", program, *closing)
    expect("reclaimed" in said, said)
    gone = desk.solana("program", "show", program, fails=True)
    expect(len(gone) > 0, "a closed program is not shown")
    desk.solana("program", "deploy", str(small()), "--program-id", desk.key("ending"), "--use-rpc", fails=True)


@check("program close --buffers")
def leftovers(desk: Desk) -> None:
    """Buffers of deployments that were broken off give their lamports back."""
    desk.solana("program", "write-buffer", str(small()), "--buffer", desk.key("left over"), "--use-rpc")
    expect("SOL" in desk.solana("program", "close", "--buffers"), "the buffers are closed")
    expect(desk.address("left over") not in desk.solana("program", "show", "--buffers"), "none is left")
