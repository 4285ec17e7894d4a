"""Mint numbered collectibles with traits."""
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

NAME_LIMIT = 32
URI_LIMIT = 200
LAMPORTS_PER_SOL = 1_000_000_000


class Rarity(IntEnum):
    COMMON = 1
    RARE = 2
    EPIC = 3
    LEGENDARY = 4

    @classmethod
    def from_roll(cls, roll: u8) -> "Rarity":
        if roll < 4:
            return cls.LEGENDARY
        if roll < 20:
            return cls.EPIC
        if roll < 80:
            return cls.RARE
        return cls.COMMON


class Error_(Error):
    SOLD_OUT = 6000, "Sold out"
    NOT_CREATOR = 6001, "Not the creator"
    BAD_ROYALTY = 6002, "Royalties must sum up to 100"


@dataclass
class Creator:
    address: Pubkey
    share: u8
    verified: bool = False


@dataclass
class Trait:
    kind: String[16]
    value: String[16]


class Collection(Account):
    creator: Pubkey
    name: String[NAME_LIMIT]
    symbol: String[10]
    base_uri: String[URI_LIMIT]
    size: u32
    minted: u32
    price: u64
    creators: List[Creator, 5]
    bump: u8

    @property
    def sold_out(self) -> bool:
        return self.minted >= self.size

    def uri(self, number: u32) -> str:
        return f"{self.base_uri.rstrip('/')}/{number:05d}.json"


class Nft(Account):
    collection: Pubkey
    number: u32
    owner: Pubkey
    mint: Pubkey
    rarity: Rarity
    traits: List[Trait, 8]
    name: String[NAME_LIMIT + 8]
    uri: String[220]
    bump: u8


class Minted(Event):
    number: u32
    rarity: Rarity
    owner: Pubkey


def validate_creators(creators: List[Creator]) -> bool:
    addresses = {c.address for c in creators}
    return len(addresses) == len(creators) and sum(c.share for c in creators) == 100


@instruction
def create_collection(
    creator: Signer,
    collection: Empty[Collection],
    name: str,
    symbol: str,
    base_uri: str,
    size: u32,
    price: u64 = LAMPORTS_PER_SOL // 10,
    creators: Optional[List[Creator]] = None,
):
    c = collection.init(payer=creator, seeds=["collection", symbol.upper()])
    c.creator = creator.key()
    c.name = name
    c.symbol = symbol.upper()
    c.base_uri = base_uri
    c.size = size
    c.price = price
    if creators is None:
        c.creators = [Creator(creator.key(), 100, True)]
    else:
        assert validate_creators(creators), Error_.BAD_ROYALTY
        c.creators = creators
    for each in c.creators:
        each.verified = each.address == creator.key()


@instruction
def mint_one(
    buyer: Signer,
    creator: UncheckedAccount,
    collection: Annotated[Collection, Seeds("collection", arg.collection.symbol)],
    nft: Empty[Nft],
    mint: Empty[TokenMint],
    wallet: Empty[TokenAccount],
    traits: List[Trait] = [],
) -> u32:
    assert not collection.sold_out, Error_.SOLD_OUT
    assert creator.key() == collection.creator, Error_.NOT_CREATOR
    buyer.transfer_lamports(creator, collection.price)
    number = collection.minted
    collection.minted += 1
    n = nft.init(payer=buyer, seeds=["nft", collection, number])
    m = mint.init(payer=buyer, seeds=["mint", n], decimals=0, authority=collection)
    w = wallet.init(payer=buyer, mint=m, authority=buyer, associated=True)
    m.mint(collection.signer(), w, 1)
    seed = sha256(bytes(buyer.key()) + number.to_bytes(4, "little"))
    n.collection = collection.key()
    n.number = number
    n.owner = buyer.key()
    n.mint = m.key()
    n.rarity = Rarity.from_roll(seed[0])
    n.traits = [t for t in traits if t.value != ""][:8]
    n.name = f"{collection.name} #{number}"
    n.uri = collection.uri(number)
    Minted(number=number, rarity=n.rarity, owner=buyer.key()).emit()
    if n.rarity >= Rarity.EPIC:
        print(f"lucky! {n.rarity.name.capitalize()}: {', '.join(t.kind + '=' + t.value for t in n.traits)}")
    return number


@instruction
def sell(owner: Signer, buyer: Signer, nft: Nft, price: u64):
    assert nft.owner == owner.key(), "not yours"
    buyer.transfer_lamports(owner, price)
    nft.owner = buyer.key()
