"""Cost units of a transaction, and the bytes of the accounts that it loads (agave `cost-model/src/cost_model.rs`)."""

from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.metering.extents import Extents

SIGNATURE_COST = 720
WRITE_LOCK_COST = 300
DATA_BYTES_PER_UNIT = 4
PAGE_BYTES, PAGE_COST = 32 * 1024, 8
PRECOMPILE_COSTS = {programs.ED25519: 2_400, programs.SECP256K1: 6_690, programs.SECP256R1: 4_800}
ACCOUNT_OVERHEAD = 64
"""Bytes that each loaded account counts beyond its data (SIMD-186)."""
LOOKUP_TABLE_BYTES = 8_248
"""Bytes that each lookup table counts, however long it is."""
MAX_LOADED_BYTES = 64 << 20
SET_LOADED_LIMIT = 4


def loaded_bytes(decoded: Decoded, extents: Extents) -> int:
    """Bytes of the accounts that the transaction loads, with the code of upgradeable programs, each once."""
    total = LOOKUP_TABLE_BYTES * len(decoded.lookups)
    counted: set[Pubkey] = set()
    for key in decoded.keys:
        extent = extents.get(key)
        if extent is None:
            continue
        total += ACCOUNT_OVERHEAD + extent.size
        code = extent.code
        if code is None or code in decoded.keys or code in counted:
            continue
        home = extents.get(code)
        if home is not None:
            counted.add(code)
            total += ACCOUNT_OVERHEAD + home.size
    return total


def loaded_limit(decoded: Decoded) -> int:
    """The bytes that the transaction allows itself to load; 0 is no limit that a transaction may set."""
    for program, data in decoded.calls():
        if program == programs.COMPUTE_BUDGET and data[:1] == bytes([SET_LOADED_LIMIT]) and len(data) >= 5:
            return min(int.from_bytes(data[1:5], "little"), MAX_LOADED_BYTES)
    return MAX_LOADED_BYTES


def cost_units(decoded: Decoded, loaded: int, consumed: int) -> int:
    """The part of a block's limit that a transaction uses: signatures, write locks, data, loaded pages, execution."""
    cost = SIGNATURE_COST * decoded.message.header.num_required_signatures
    size = 0
    for program, data in decoded.calls():
        size += len(data)
        if program in PRECOMPILE_COSTS:
            cost += PRECOMPILE_COSTS[program] * (data[0] if data else 0)
    cost += WRITE_LOCK_COST * decoded.write_locks()
    return cost + size // DATA_BYTES_PER_UNIT + -(-loaded // PAGE_BYTES) * PAGE_COST + consumed
