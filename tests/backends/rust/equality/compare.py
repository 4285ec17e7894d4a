"""What two outcomes of one vector must have in common: everything that the chain keeps or shows."""

from __future__ import annotations

from tests.backends.rust.equality.vector import Outcome, Vector


def difference(vector: Vector, vm: Outcome, native: Outcome) -> str | None:
    """The first difference, in words; None when both are equal."""
    if vm.code != native.code:
        return f"code {vm.code:#x} in the bytecode, {native.code:#x} in the Rust"
    if vm.events != native.events:
        return f"events {[e.hex() for e in vm.events]} and {[e.hex() for e in native.events]}"
    if vm.code:
        return None
    if vm.returned != native.returned:
        return f"return data {vm.returned} and {native.returned}"
    for key, before in vector.accounts.items():
        a, b = vm.accounts[key], native.accounts[key]
        if before.executable or (a.owner, a.lamports, a.data) == (b.owner, b.lamports, b.data):
            continue
        if a.owner != b.owner:
            return f"{key} is owned by {a.owner} and {b.owner}"
        if a.lamports != b.lamports:
            return f"{key} holds {a.lamports} and {b.lamports} lamports"
        if len(a.data) != len(b.data):
            return f"{key} has {len(a.data)} and {len(b.data)} bytes"
        at = next(i for i, (x, y) in enumerate(zip(a.data, b.data, strict=True)) if x != y)
        return f"{key} differs at byte {at} of {len(a.data)}: {a.data[at:].hex()} and {b.data[at:].hex()}"
    return None
