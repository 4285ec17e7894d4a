"""jsonParsed instructions, by program."""

from typing import Any

from solders.pubkey import Pubkey


def parse_instruction(program: Pubkey, keys: list[Pubkey], data: bytes) -> dict[str, Any] | None:
    """{program, parsed} of an instruction whose program and data are known, else None."""
    return None
