"""Data of the sysvars that change with every slot, as the runtime writes it."""

from collections import deque
from collections.abc import Iterator

from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.chain.admission.blockhashes import MAX_AGE, BlockhashQueue
from solana_localnet.chain.metering.fees import LAMPORTS_PER_SIGNATURE

SLOT_HASHES_KEPT = 512


def slot_sysvars(slot_hashes: deque[bytes], hashes: BlockhashQueue) -> Iterator[tuple[Pubkey, bytes]]:
    """Address and data of each. slot_hashes: slot (8 bytes) and hash (32 bytes) of recent slots, newest first."""
    body = len(slot_hashes).to_bytes(8, "little") + b"".join(slot_hashes)
    yield programs.SYSVAR_SLOT_HASHES, body.ljust(8 + SLOT_HASHES_KEPT * 40, b"\0")
    fee = LAMPORTS_PER_SIGNATURE.to_bytes(8, "little")
    recent = [blockhash + fee for blockhash in hashes.newest_first()]
    body = len(recent).to_bytes(8, "little") + b"".join(recent)
    yield programs.SYSVAR_RECENT_BLOCKHASHES, body.ljust(8 + MAX_AGE * 40, b"\0")
