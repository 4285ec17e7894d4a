"""The fee of a transaction: signatures, precompile signatures, and the price that it sets for its compute units."""

from solana_localnet.chain import programs
from solana_localnet.chain.decoded import AnyMessage, Decoded

LAMPORTS_PER_SIGNATURE = 5_000
DEFAULT_UNITS = 200_000
BUILTIN_UNITS = 3_000
MAX_UNITS = 1_400_000
MICRO = 1_000_000
SET_UNIT_LIMIT, SET_UNIT_PRICE = 2, 3
BUILTINS = frozenset(
    (programs.SYSTEM, programs.COMPUTE_BUDGET, programs.VOTE, programs.UPGRADEABLE_LOADER, programs.LOADER_V2)
)


def unit_price(decoded: Decoded) -> int:
    """Micro-lamports that the transaction offers for each compute unit."""
    for program, data in decoded.calls():
        if program == programs.COMPUTE_BUDGET and data[:1] == bytes([SET_UNIT_PRICE]):
            return int.from_bytes(data[1:9], "little")
    return 0


def signature_fee(message: AnyMessage) -> int:
    """Lamports for the transaction's signatures and for those that precompiles check."""
    keys, signatures = message.account_keys, message.header.num_required_signatures
    for instruction in message.instructions:
        if keys[instruction.program_id_index] in programs.PRECOMPILES and instruction.data:
            signatures += instruction.data[0]
    return signatures * LAMPORTS_PER_SIGNATURE


def message_fee(message: AnyMessage) -> int:
    """Lamports that a transaction with this message pays when it lands."""
    units: int | None = None
    default_units = price = 0
    keys = message.account_keys
    for instruction in message.instructions:
        program, data = keys[instruction.program_id_index], bytes(instruction.data)
        if program == programs.COMPUTE_BUDGET and data[:1] == bytes([SET_UNIT_LIMIT]):
            units = int.from_bytes(data[1:5], "little")
        elif program == programs.COMPUTE_BUDGET and data[:1] == bytes([SET_UNIT_PRICE]):
            price = int.from_bytes(data[1:9], "little")
        default_units += BUILTIN_UNITS if program in BUILTINS else DEFAULT_UNITS
    limit = min(MAX_UNITS, default_units if units is None else units)
    return signature_fee(message) + -(-price * limit // MICRO)
