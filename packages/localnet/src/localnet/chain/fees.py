"""What a transaction will cost: signatures, precompile signatures, and the price it sets for its compute units."""

from solders.message import Message, MessageV0
from solders.pubkey import Pubkey

from localnet.chain import programs

LAMPORTS_PER_SIGNATURE = 5_000
DEFAULT_UNITS = 200_000
BUILTIN_UNITS = 3_000
MAX_UNITS = 1_400_000
MICRO = 1_000_000
SET_UNIT_LIMIT, SET_UNIT_PRICE = 2, 3
BUILTINS = frozenset(
    (programs.SYSTEM, programs.COMPUTE_BUDGET, programs.VOTE, programs.UPGRADEABLE_LOADER, programs.LOADER_V2)
)
PRECOMPILES = frozenset(
    Pubkey.from_string(text)
    for text in (
        "Ed25519SigVerify111111111111111111111111111",
        "KeccakSecp256k11111111111111111111111111111",
        "Secp256r1SigVerify1111111111111111111111111",
    )
)


def message_fee(message: Message | MessageV0) -> int:
    """Lamports that a transaction with this message pays when it lands."""
    signatures = message.header.num_required_signatures
    units: int | None = None
    default_units = price = 0
    keys = message.account_keys
    for instruction in message.instructions:
        program, data = keys[instruction.program_id_index], bytes(instruction.data)
        if program in PRECOMPILES:
            signatures += data[0] if data else 0
        elif program == programs.COMPUTE_BUDGET and data[:1] == bytes([SET_UNIT_LIMIT]):
            units = int.from_bytes(data[1:5], "little")
        elif program == programs.COMPUTE_BUDGET and data[:1] == bytes([SET_UNIT_PRICE]):
            price = int.from_bytes(data[1:9], "little")
        default_units += BUILTIN_UNITS if program in BUILTINS else DEFAULT_UNITS
    limit = min(MAX_UNITS, default_units if units is None else units)
    return signatures * LAMPORTS_PER_SIGNATURE + -(-price * limit // MICRO)
