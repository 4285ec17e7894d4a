"""Memory of a running program: constants, stack, heap, and the accounts as the runtime lays them out.

The layout of the input is that of Agave's `serialize_parameters_for_abiv1`.
"""

from __future__ import annotations

from dataclasses import dataclass

from seahorse.engine import AccountState, CalledAccount
from seahorse.profiling.machine.meter import MachineFailure

STACK, INPUT = 2 << 32, 4 << 32
FRAME, MAX_FRAMES = 4096, 64
_HEAP_SIZE = 32 * 1024
_GROWTH = 10 * 1024
_OWN = 0xFF
# From the start of an account's record.
_KEY, _OWNER, _LAMPORTS, _LENGTH, _DATA = 8, 40, 72, 80, 88


class Fault(Exception):
    """The program did something that the machine forbids, and loses the rest of its budget. The text says what it
    did."""


@dataclass
class _Place:
    """Where an account is in the input: `at` is the start of its record, in bytes; `size` its data at first."""

    key: bytes
    at: int
    size: int
    writable: bool


class Memory:
    """The regions of one call. Addresses are those of the program. Raises Fault for what it may not touch."""

    def __init__(
        self,
        constants: bytes,
        program: bytes,
        metas: list[CalledAccount],
        data: bytes,
        states: dict[bytes, AccountState],
    ) -> None:
        self._states = states
        self._places: dict[bytes, _Place] = {}
        given = self._serialized(program, metas, data)
        # Region 1 is code, which is not read.
        self._regions = [bytearray(constants), bytearray(), bytearray(FRAME * MAX_FRAMES), bytearray(_HEAP_SIZE), given]
        self._program = program

    def _serialized(self, program: bytes, metas: list[CalledAccount], data: bytes) -> bytearray:
        out = bytearray(len(metas).to_bytes(8, "little"))
        first: dict[bytes, int] = {}
        for index, meta in enumerate(metas):
            if meta.key in first:
                out += first[meta.key].to_bytes(8, "little")
                continue
            first[meta.key] = index
            state = self._states[meta.key]
            self._places[meta.key] = _Place(meta.key, len(out), len(state.data), meta.writable)
            out += bytes([_OWN, meta.signer, meta.writable, state.executable, 0, 0, 0, 0])
            out += meta.key + state.owner + state.lamports.to_bytes(8, "little")
            out += len(state.data).to_bytes(8, "little") + state.data
            out += bytes(_GROWTH + -len(state.data) % 8) + b"\xff" * 8
        self.data_at = INPUT + len(out) + 8
        return out + len(data).to_bytes(8, "little") + data + program

    # --- what instructions do ---

    def load(self, address: int, size: int) -> int:
        at, region = address & 0xFFFFFFFF, address >> 32
        if region > 4 or at + size > len(self._regions[region]):
            raise Fault(f"read of {size} bytes at {address:#x}")
        return int.from_bytes(self._regions[region][at : at + size], "little")

    def store(self, address: int, size: int, value: int) -> None:
        self.write(address, value.to_bytes(size, "little"))

    def read(self, address: int, size: int) -> bytes:
        at, region = address & 0xFFFFFFFF, address >> 32
        if size and (region > 4 or at + size > len(self._regions[region])):
            raise Fault(f"read of {size} bytes at {address:#x}")
        return bytes(self._regions[region][at : at + size]) if size else b""

    def write(self, address: int, data: bytes) -> None:
        if not data:
            return
        at, region = address & 0xFFFFFFFF, address >> 32
        if not 2 <= region <= 4 or at + len(data) > len(self._regions[region]):
            raise Fault(f"write of {len(data)} bytes at {address:#x}")
        self._regions[region][at : at + len(data)] = data

    # --- accounts between memory and the transaction ---

    def give(self) -> None:
        """Carry what the program wrote into the transaction's accounts. Raises Failure for what it may not write."""
        given = self._regions[4]
        for key, place in self._places.items():
            state, at = self._states[key], place.at
            size = int.from_bytes(given[at + _LENGTH : at + _LENGTH + 8], "little")
            if size > place.size + _GROWTH:
                raise MachineFailure("InvalidRealloc")
            self._check(state, place, given[at + _DATA : at + _DATA + size])
            state.lamports = int.from_bytes(given[at + _LAMPORTS : at + _LAMPORTS + 8], "little")
            state.owner = bytes(given[at + _OWNER : at + _OWNER + 32])
            state.data[:] = given[at + _DATA : at + _DATA + size]

    def _check(self, state: AccountState, place: _Place, data: bytearray) -> None:
        if data != state.data and not (place.writable and state.owner == self._program):
            raise MachineFailure("ExternalAccountDataModified")

    def take(self, keys: set[bytes]) -> None:
        """Show the program what a call changed in these accounts."""
        given = self._regions[4]
        for key in keys & self._places.keys():
            state, place = self._states[key], self._places[key]
            at = place.at
            before = int.from_bytes(given[at + _LENGTH : at + _LENGTH + 8], "little")
            if len(state.data) > place.size + _GROWTH:
                raise MachineFailure("InvalidRealloc")
            given[at + _OWNER : at + _OWNER + 32] = state.owner
            given[at + _LAMPORTS : at + _LAMPORTS + 8] = state.lamports.to_bytes(8, "little")
            given[at + _LENGTH : at + _LENGTH + 8] = len(state.data).to_bytes(8, "little")
            room = max(before, len(state.data))
            given[at + _DATA : at + _DATA + room] = state.data.ljust(room, b"\0")
