"""Compute budget and price of a transaction: a compute-unit limit that fits it, and a priority fee with a cap."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from solders.compute_budget import ID as COMPUTE_BUDGET
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM

from gridtokenx.chain.files.release import compute_units
from gridtokenx.chain.interface.addresses import ASSOCIATED_TOKEN_PROGRAM, TOKEN_PROGRAM
from gridtokenx.chain.interface.programs import Programs

MAX_UNITS = 1_400_000
DEFAULT_UNITS = 200_000
"""What the chain gives an instruction that says nothing."""
OF_OTHERS = {COMPUTE_BUDGET: 150, SYSTEM: 150, TOKEN_PROGRAM: 10_000, ASSOCIATED_TOKEN_PROGRAM: 40_000}
"""Compute units of the well-known programs' instructions, with room."""
ROOM, ROOM_SHARE = 2_000, 2
"""Limits are so many times the table's figure, plus so many: a bump that is missed costs about 318 more, each."""
PERCENTILE = 75
KEPT_SECONDS = 10.0
LOCKS_ASKED = 128
"""getRecentPrioritizationFees takes no more accounts."""


def unit_limit(instructions: Iterable[Instruction], programs: Programs) -> int:
    """Compute units that suffice for these instructions, by the committed table."""
    return min(MAX_UNITS, sum(_units(instruction, programs) for instruction in instructions) + 600)


def _units(instruction: Instruction, programs: Programs) -> int:
    if instruction.program_id in OF_OTHERS:
        return OF_OTHERS[instruction.program_id]
    program = programs.by_id(instruction.program_id)
    name = None if program is None else program.instruction_name(bytes(instruction.data))
    known = None if program is None or name is None else compute_units().get(f"{program.name}.{name}")
    return DEFAULT_UNITS if known is None else ROOM_SHARE * known + ROOM


@dataclass
class PriorityFees:
    """The price that others pay to write the same accounts, in micro-lamports per compute unit, never more than
    `cap`."""

    cap: int
    floor: int = 0
    _known: dict[frozenset[Pubkey], tuple[float, int]] = field(default_factory=dict[frozenset[Pubkey], Any])
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def price(self, caller: Any, instructions: Sequence[Instruction]) -> int:
        """The fee for these instructions; `caller` has `call(method, *params)`, as a Client does."""
        if self.cap <= self.floor:
            return self.cap
        written = sorted({m.pubkey for i in instructions for m in i.accounts if m.is_writable}, key=str)
        key = frozenset(written[:LOCKS_ASKED])
        async with self._lock:
            told = self._known.get(key)
            if told is None or time.monotonic() - told[0] > KEPT_SECONDS:
                rows = await caller.call("getRecentPrioritizationFees", [str(one) for one in key])
                if len(self._known) > 1_000:
                    self._known.clear()
                fees = sorted(row["prioritizationFee"] for row in cast(list[dict[str, int]], rows or []))
                fee = fees[(len(fees) - 1) * PERCENTILE // 100] if fees else 0
                told = (time.monotonic(), fee)
                self._known[key] = told
        return min(self.cap, max(self.floor, told[1]))
