"""Where the compute units of each case go: counted instruction by instruction, as `seahorse profile` counts them.

The sums are the compute units that the virtual machine counted.
"""

from collections import Counter

from bench import families
from seahorse.profiling.engine import begin, end
from seahorse.profiling.recording import Recording
from seahorse.profiling.stacks import LINE, PROGRAM, SYSCALL, WayFrame, profile_of

# What a case is made of, in the order in which the table tells it.
PARTS = ("calls", "called programs", "hashes", "the curve", "other syscalls", "checks", "body", "entry and the rest")
_SYSCALLS = {"sol_invoke_signed_c": "calls", "sol_sha256": "hashes", "sol_curve_validate_point": "the curve"}
_REST = "entry and the rest"
_OWN = {"body": "body", "": _REST}


def part_of(way: tuple[WayFrame, ...]) -> str:
    """Which part the last step of a way belongs to."""
    if sum(frame.kind == PROGRAM for frame in way) > 1:
        return "called programs"
    if way[-1].kind == SYSCALL:
        return _SYSCALLS.get(way[-1].text, "other syscalls")
    lines = [frame.text for frame in way if frame.kind == LINE]
    return _OWN.get(lines[-1], "checks") if lines else _REST


def _parts(recording: Recording) -> Counter[str]:
    code = next(code for code in recording.codes.values() if code.name == recording.program)
    parts: Counter[str] = Counter()
    for way, units in profile_of(recording.root, code, 1).stacks.items():
        parts[part_of(way)] += units
    return parts


def measure_parts() -> dict[str, dict[str, int]]:
    """The parts of each case, by `family.instruction`."""
    found: dict[str, dict[str, int]] = {}
    for family, cases in families.FAMILIES.items():
        recording = begin(family)
        try:
            for name, taken in cases():
                parts = _parts(recording)
                assert parts.total() == taken, f"{family}.{name}: {parts} is not {taken}"
                found[f"{family}.{name}"] = {part: parts[part] for part in PARTS}
        finally:
            end()
    return found
