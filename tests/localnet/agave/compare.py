"""Where localnet's answers differ from the recording of a real validator, and which differences are excused."""

import json
import lzma
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

Json = Any
RECORDING = Path(__file__).with_name("agave-4.0.0.json.xz")
ABSENT = "(absent)"
SKIPPED = {
    "program / extend, the old way: sent": (
        "4.0.0 takes ExtendProgramChecked alone; releases before and after take ExtendProgram, and so does localnet. "
        "Nobody sends an instruction to have it refused, and once it lands every later balance of its payer is another."
    ),
}
# (step, path, why no client can depend on the difference); patterns as in a shell.
EXCUSED = (
    ("*", "*.apiVersion", "the version of the node's software"),
    ("cluster / version", "response.result.*", "the version of the node's software"),
    ("cluster / identity", "response.result.identity", "the node's key"),
    ("*", "*.shredVersion", "follows from the genesis block"),
    ("airdrop / airdrop*: landed", "response.result.meta.p*Balances[0]", "the faucet's wealth"),
    (
        "lookup table / create: landed",
        "response.result.meta.*",
        "the program searches the slot among the slot hashes, in more or fewer steps with each run",
    ),
    (
        "lookup table / close too early: sent",
        "response.error.data.*",
        "blocks left until a table may be closed, counted from the slot of the request",
    ),
    (
        "cluster / nodes",
        "response.result[0].*",
        "addresses of services that localnet has not (gossip, shreds, TPU): null makes a client send by RPC",
    ),
    (
        "protocol / GET /genesis.tar.bz2",
        "response.*",
        "an archive for validators that join a cluster; no client reads it",
    ),
    (
        "websocket / method of HTTP",
        "response[0]*",
        "localnet answers HTTP's methods over the WebSocket too; nobody asks to be refused",
    ),
)


class Difference(NamedTuple):
    """One place where two values differ. path: as in `response.result.context.slot`."""

    path: str
    left: Json
    right: Json


def recording() -> dict[str, Json]:
    """The steps of the real validator by name."""
    return by_name(json.loads(lzma.decompress(RECORDING.read_bytes()))["steps"])


def by_name(steps: list[Json]) -> dict[str, Json]:
    """Steps of a recording by their names."""
    return {step["name"]: step for step in steps}


def differences(left: Json, right: Json, path: str = "") -> Iterator[Difference]:
    """Where two values differ, from the outside in."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            here = f"{path}.{key}" if path else key
            yield from differences(left.get(key, ABSENT), right.get(key, ABSENT), here)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif type(left) is not type(right) or left != right:
        yield Difference(path, left, right)


def excuse(step: str, path: str) -> str | None:
    """Why a difference does not count, None when it does."""
    for steps, paths, why in EXCUSED:
        if fnmatchcase(step, steps) and fnmatchcase(path, paths.replace("[", "[[]")):
            return why
    return None


def left_over(reference: dict[str, Json], other: dict[str, Json]) -> list[str]:
    """Every difference without an excuse, as `step: path: reference -> other`."""
    lines: list[str] = []
    for name, step in reference.items():
        if name in SKIPPED:
            continue
        if name not in other:
            lines.append(f"{name}: the step is missing")
            continue
        for found in differences(step, other[name]):
            if excuse(name, found.path) is None:
                lines.append(f"{name}: {found.path}: {json.dumps(found.left)[:200]} -> {json.dumps(found.right)[:200]}")
    return lines
