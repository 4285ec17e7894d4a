"""The token program's instructions that operations of token accounts and mints call: data for every engine."""

from __future__ import annotations

from dataclasses import dataclass

# The place of the authority among the arguments of an operation that has one.
AUTHORITY = 1


@dataclass(frozen=True)
class Number:
    """A constant byte of the data."""

    value: int


@dataclass(frozen=True)
class Amount:
    """A u64 argument."""

    arg: int


@dataclass(frozen=True)
class Decimals:
    """A u8 argument; where the caller leaves it out, what the mint among the arguments says."""

    arg: int
    mint: int


@dataclass(frozen=True)
class NewAuthority:
    """A key or none: 1 and the 32 bytes, or 0."""

    arg: int


@dataclass(frozen=True)
class TokenOperation:
    """`accounts`: arguments by position, each with whether the token program writes it; the authority and, for a
    multisig, its signers follow. `data`: the instruction's data."""

    accounts: tuple[tuple[int, bool], ...]
    data: tuple[Number | Amount | Decimals | NewAuthority, ...]
    has_authority: bool = True

    @property
    def writes(self) -> tuple[int, ...]:
        return tuple(arg for arg, written in self.accounts if written)


TOKEN_OPERATIONS = {
    "token.transfer": TokenOperation(((0, True), (2, True)), (Number(3), Amount(3))),
    "token.approve": TokenOperation(((0, True), (2, False)), (Number(4), Amount(3))),
    "token.revoke": TokenOperation(((0, True),), (Number(5),)),
    "token.set_authority": TokenOperation(((0, True),), (Number(6), Number(2), NewAuthority(2))),
    "token.set_close_authority": TokenOperation(((0, True),), (Number(6), Number(3), NewAuthority(2))),
    "token.close": TokenOperation(((0, True), (2, True)), (Number(9),)),
    "token.transfer_checked": TokenOperation(
        ((0, True), (3, False), (2, True)), (Number(12), Amount(4), Decimals(5, mint=3))
    ),
    # Token-2022's `TransferFeeExtension::TransferCheckedWithFee`.
    "token.transfer_checked_with_fee": TokenOperation(
        ((0, True), (3, False), (2, True)), (Number(26), Number(1), Amount(4), Decimals(6, mint=3), Amount(5))
    ),
    "token.sync_native": TokenOperation(((0, True),), (Number(17),), has_authority=False),
    "mint.mint": TokenOperation(((0, True), (2, True)), (Number(7), Amount(3))),
    "mint.burn": TokenOperation(((2, True), (0, True)), (Number(8), Amount(3))),
    "mint.mint_to_checked": TokenOperation(((0, True), (2, True)), (Number(14), Amount(3), Decimals(4, mint=0))),
    "mint.burn_checked": TokenOperation(((2, True), (0, True)), (Number(15), Amount(3), Decimals(4, mint=0))),
    "mint.freeze": TokenOperation(((2, True), (0, False)), (Number(10),)),
    "mint.thaw": TokenOperation(((2, True), (0, False)), (Number(11),)),
    "mint.set_authority": TokenOperation(((0, True),), (Number(6), Number(0), NewAuthority(2))),
    "mint.set_freeze_authority": TokenOperation(((0, True),), (Number(6), Number(1), NewAuthority(2))),
}
