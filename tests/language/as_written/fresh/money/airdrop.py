"""An airdrop by merkle proof."""
from typing import List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

LEAF = b"\x00"
NODE = b"\x01"
MAX_CLAIMS = 1024


class AirdropError(Error):
    INVALID_PROOF = 6000, "The proof is invalid"
    CLAIMED = 6001, "Claimed already"
    ENDED = 6002, "The airdrop has ended"
    NOT_ENDED = 6003


class Bitmap:
    """Bits in a list of bytes."""

    def __init__(self, data: List[u8]):
        self.data = data

    def __getitem__(self, index: int) -> bool:
        byte, bit = divmod(index, 8)
        return self.data[byte] >> bit & 1 == 1

    def __setitem__(self, index: int, value: bool) -> None:
        byte, bit = divmod(index, 8)
        if value:
            self.data[byte] |= 1 << bit
        else:
            self.data[byte] &= ~(1 << bit)


class Airdrop(Account):
    authority: Pubkey
    mint: Pubkey
    root: Array[u8, 32]
    claimed: Array[u8, 128]
    total: u64
    ends: Optional[i64]
    bump: u8

    def is_claimed(self, index: u32) -> bool:
        return self.claimed[index // 8] & (1 << (index % 8)) != 0

    def mark(self, index: u32):
        self.claimed[index // 8] |= 1 << (index % 8)


def leaf(index: u32, who: Pubkey, amount: u64) -> bytes:
    return keccak256(LEAF + index.to_bytes(4, "little") + bytes(who) + amount.to_bytes(8, "little"))


def parent(a: bytes, b: bytes) -> bytes:
    first, second = sorted((a, b))
    return keccak256(NODE + first + second)


def verify(proof: List[Array[u8, 32]], root: bytes, node: bytes) -> bool:
    for sibling in proof:
        node = parent(node, bytes(sibling))
    return node == root


@instruction
def create(authority: Signer, mint: TokenMint, airdrop: Empty[Airdrop], vault: Empty[TokenAccount], root: Array[u8, 32], days: Optional[u16] = None):
    a = airdrop.init(payer=authority, seeds=[b"airdrop", mint, root])
    vault.init(payer=authority, mint=mint, authority=a, associated=True)
    a.authority, a.mint, a.root = authority.key(), mint.key(), root
    if days:
        a.ends = Clock.get().unix_timestamp() + days * 86_400


@instruction
def claim(
    claimant: Signer,
    airdrop: Annotated[Airdrop, Seeds(b"airdrop", arg.airdrop.mint, arg.airdrop.root)],
    vault: Annotated[TokenAccount, Associated(arg.airdrop, arg.mint)],
    mint: TokenMint,
    wallet: TokenAccount,
    index: u32,
    amount: u64,
    proof: List[Array[u8, 32]],
) -> u64:
    assert index < MAX_CLAIMS
    ends = airdrop.ends
    if ends is not None and Clock.get().unix_timestamp() > ends:
        raise AirdropError.ENDED
    if airdrop.is_claimed(index):
        raise AirdropError.CLAIMED
    node = leaf(index, claimant.key(), amount)
    print(f"leaf {node.hex()[:16]}..., {len(proof)} steps")
    assert verify(proof, bytes(airdrop.root), node), AirdropError.INVALID_PROOF
    airdrop.mark(index)
    airdrop.total += amount
    vault.transfer(airdrop.signer(), wallet, amount)
    claimed = sum(bin(b).count("1") for b in airdrop.claimed)
    print(f"{claimed} of {MAX_CLAIMS} claimed")
    return airdrop.total


@instruction
def sweep(authority: Signer, airdrop: Annotated[Airdrop, Seeds(b"airdrop", arg.airdrop.mint, arg.airdrop.root)], vault: TokenAccount, to: TokenAccount):
    assert authority.key() == airdrop.authority, "not the authority"
    assert airdrop.ends is not None and airdrop.ends < Clock.get().unix_timestamp(), AirdropError.NOT_ENDED
    vault.transfer(airdrop.signer(), to, vault.amount())
