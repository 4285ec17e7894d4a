"""How large a program's accounts are, and what rent exempts them: `seahorse size`."""

from __future__ import annotations

from dataclasses import dataclass

from seahorse.ir.layout import account_space
from seahorse.ir.nodes import LoweredProgram

# Solana's `Rent::default`: bytes that each account counts beside its data, the price of a byte and year, and the years.
_STORAGE_OVERHEAD, _LAMPORTS_PER_BYTE_YEAR, _EXEMPTION_YEARS = 128, 3480, 2


@dataclass(frozen=True)
class AccountSize:
    """One account class. `fields`: name, type and bytes of each field; None where the type has no limit."""

    name: str
    fields: list[tuple[str, str, int | None]]
    space: int | None
    header: int = 8


def rent_exemption(space: int) -> int:
    """Lamports that exempt an account of `space` bytes from rent."""
    return (_STORAGE_OVERHEAD + space) * _LAMPORTS_PER_BYTE_YEAR * _EXEMPTION_YEARS


def account_sizes(program: LoweredProgram) -> list[AccountSize]:
    """The accounts of a program, in the order of its source: with the discriminator, and with the longest texts."""
    return [
        AccountSize(a.name, [(f.name, str(f.type), f.type.max_size) for f in a.fields], account_space(a), a.header)
        for a in program.accounts
    ]


def size_table(sizes: list[AccountSize], fields: bool) -> str:
    """One line for each account; with `fields`, one for each of its fields below it."""
    if not sizes:
        return "this program has no accounts\n"
    lines: list[tuple[str, str, str]] = [("account", "bytes", "rent (SOL)")]
    for size in sizes:
        rent = "" if size.space is None else f"{rent_exemption(size.space) / 1e9:.8f}"
        lines.append((size.name, _bytes(size.space), rent))
        if fields:
            lines.append(("  (discriminator)", str(size.header), ""))
            lines += [(f"  {name}: {kind}", _bytes(length), "") for name, kind, length in size.fields]
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    return "".join(f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}".rstrip() + "\n" for a, b, c in lines)


def _bytes(length: int | None) -> str:
    return "no limit" if length is None else f"{length:,}"
