"""A small program with an IDL: it emits one event, whatever it is called with."""

import struct
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet.tiny_program import EXIT, elf, move, syscall

SUBMIT, METER, SUBMITTED = bytes(range(1, 9)), bytes(range(11, 19)), bytes(range(21, 29))
OWNER = Pubkey(bytes([7] * 32))


def idl(program: Pubkey) -> dict[str, Any]:
    """The program's interface in Anchor's present format."""
    return {
        "address": str(program),
        "metadata": {"name": "meter_box", "version": "0.1.0", "spec": "0.1.0"},
        "instructions": [
            {
                "name": "submit_reading",
                "discriminator": list(SUBMIT),
                "accounts": [{"name": "owner", "signer": True}, {"name": "meter", "writable": True}],
                "args": [
                    {"name": "watt_hours", "type": "u64"},
                    {"name": "measured_at", "type": "i64"},
                    {"name": "note", "type": {"option": "string"}},
                    {"name": "source", "type": {"defined": {"name": "Source"}}},
                ],
            }
        ],
        "accounts": [{"name": "Meter", "discriminator": list(METER)}],
        "events": [{"name": "ReadingSubmitted", "discriminator": list(SUBMITTED)}],
        "errors": [{"code": 6000, "name": "MeterIsSealed", "msg": "The meter is sealed"}],
        "types": [
            {
                "name": "Meter",
                "type": {
                    "kind": "struct",
                    "fields": [
                        {"name": "owner", "type": "pubkey"},
                        {"name": "total", "type": "u128"},
                        {"name": "last", "type": {"vec": {"defined": {"name": "Source"}}}},
                    ],
                },
            },
            {
                "name": "Source",
                "type": {
                    "kind": "enum",
                    "variants": [{"name": "Grid"}, {"name": "Solar", "fields": [{"name": "panels", "type": "u16"}]}],
                },
            },
            {
                "name": "ReadingSubmitted",
                "type": {
                    "kind": "struct",
                    "fields": [{"name": "meter", "type": "pubkey"}, {"name": "watt_hours", "type": "u64"}],
                },
            },
        ],
    }


def event(watt_hours: int) -> bytes:
    """The bytes of a ReadingSubmitted."""
    return SUBMITTED + bytes(OWNER) + struct.pack("<Q", watt_hours)


def account(total: int) -> bytes:
    """The bytes of a Meter with one reading from the grid and one from twelve panels."""
    return METER + bytes(OWNER) + total.to_bytes(16, "little") + struct.pack("<IBBH", 2, 0, 1, 12)


def program(watt_hours: int) -> bytes:
    """An ELF that emits one event by sol_log_data and succeeds."""
    payload = event(watt_hours)
    slices = struct.pack("<QQ", 16, len(payload))
    return elf(move(1, 0) + move(2, 1) + syscall("sol_log_data") + move(0, 0) + EXIT, slices + payload)


def submit(program: Pubkey, owner: Keypair, meter: Pubkey, watt_hours: int, note: str | None = None) -> Instruction:
    """A submit_reading from the grid, measured at the first second of 2026."""
    text = b"\0" if note is None else b"\1" + struct.pack("<I", len(note)) + note.encode()
    data = SUBMIT + struct.pack("<Qq", watt_hours, 1_767_225_600) + text + b"\0"
    return Instruction(program, data, [AccountMeta(owner.pubkey(), True, False), AccountMeta(meter, False, True)])
