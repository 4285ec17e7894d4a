"""A referral tree: five levels share a fee, everything by remaining accounts."""
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

SHARES: List[u16] = [500, 250, 125, 60, 30]


class Node(Account):
    owner: Pubkey
    parent: Pubkey | None
    depth: u16
    children: u32
    earned: u64
    bump: u8


class Root(Account):
    authority: Pubkey
    price: u64
    nodes: u32


NodePda = Annotated[Node, Seeds("node", arg.owner)]


class Joined(Event):
    owner: Pubkey
    parent: Pubkey | None
    depth: u16


@instruction
def start(authority: Signer, root: Empty[Root], node: Empty[Node], price: u64):
    r = root.init(payer=authority, seeds=["root"])
    r.authority, r.price = authority.key(), price
    n = node.init(payer=authority, seeds=["node", authority])
    n.owner = authority.key()
    n.parent = None
    r.nodes = 1


@instruction
def join(owner: Signer, root: Root, parent: Node, node: Empty[Node], ancestors: List[Node]):
    n = node.init(payer=owner, seeds=["node", owner])
    n.owner = owner.key()
    n.parent = parent.key()
    n.depth = parent.depth + 1
    parent.children += 1
    root.nodes += 1

    paid = 0
    share = root.price * SHARES[0] // 10_000
    owner.transfer_lamports(parent, share)
    parent.earned += share
    paid += share
    above = parent.parent
    for level, ancestor in enumerate(ancestors[:4], 1):
        if above is None or ancestor.key() != above:
            break
        share = root.price * SHARES[level] // 10_000
        owner.transfer_lamports(ancestor, share)
        ancestor.earned += share
        paid += share
        above = ancestor.parent
    assert paid < root.price
    owner.transfer_lamports(root, root.price - paid)
    Joined(owner.key(), n.parent, n.depth).emit()
    print(*[f"{s / 100:.2f}%" for s in SHARES], sep=" / ")


@instruction
def claim(owner: Signer, node: NodePda) -> u64:
    rent = Rent.get().minimum_balance(node.data_len())
    amount = node.lamports() - rent
    if amount == 0:
        raise Exception("nothing to claim")
    node.transfer_lamports(owner, amount)
    return amount
