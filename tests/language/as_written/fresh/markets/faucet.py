"""A token faucet: a mint owned by a PDA, with a limit a day and an allowlist by Merkle proof."""
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

DAY = 24 * 60 * 60


class Faucet(Account):
    admin: Pubkey
    mint: Pubkey
    amount: u64
    root: bytes
    given: u128
    bump: u8


class Claimed(Account):
    times: u32
    last: i64


def verify(proof: List[Array[u8, 32]], root: bytes, leaf: bytes) -> bool:
    node = leaf
    for sibling in proof:
        other = bytes(sibling)
        node = keccak256(node + other if node < other else other + node)
    return node == root


@instruction
def setup(admin: Signer, faucet: Empty[Faucet], mint: Empty[TokenMint], amount: u64, root: Array[u8, 32]):
    f = faucet.init(payer=admin, seeds=["faucet"], padding=32)
    m = mint.init(payer=admin, seeds=["mint"], decimals=6, authority=faucet)
    f.admin = admin.key()
    f.mint = m.key()
    f.amount = amount
    f.root = bytes(root)


@instruction
def drip(
    user: Signer,
    faucet: Annotated[Faucet, Seeds("faucet", bump=arg.faucet.bump)],
    mint: Annotated[TokenMint, Seeds("mint")],
    to: Empty[TokenAccount],
    claimed: Empty[Claimed],
    proof: List[Array[u8, 32]],
):
    assert verify(proof, faucet.root, keccak256(bytes(user.key()))), "you are not on the list"
    tokens = to.init(payer=user, mint=mint, authority=user, associated=True, init_if_needed=True)
    c = claimed.init(payer=user, seeds=["claimed", user], init_if_needed=True)
    now = Clock.get().unix_timestamp()
    wait = c.last + DAY - now
    assert c.is_new() or wait <= 0, f"wait {wait // 3600} h {wait % 3600 // 60} min"
    c.last = now
    c.times += 1
    mint.mint(faucet.signer(), tokens, faucet.amount)
    faucet.given += faucet.amount


@instruction
def change(admin: Signer, faucet: Faucet, amount: Optional[u64], root: Optional[Array[u8, 32]]):
    if faucet.admin != admin.key():
        raise ValueError("not the admin")
    if amount is not None:
        faucet.amount = amount
    if root:
        faucet.root = bytes(root)
