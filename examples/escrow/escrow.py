"""Escrow: two tokens change hands at the same moment, or not at all.

The maker puts tokens into a vault and says what they cost. Whoever pays gets them: in one
instruction the payment goes to the maker and the vault to the taker. Until then the maker can take
the offer back. The vault belongs to the offer's account, for which only this program can sign.

The language knows no instruction that closes a token account, so `close_vault` shows how any
instruction of any program is called: by its accounts and its bytes.
"""

from seahorse.prelude import *

declare_id("E3XiDYTgqoNWGqx45o6TZZnnG7MDP4iMAArKNWWT8u3B")

CLOSE_ACCOUNT = 9  # the token program's number for it


class Offer(Account):
    """So many tokens of one kind for so many of another. PDA: ["offer", maker, number]."""

    maker: Pubkey
    number: u64
    offered_mint: Pubkey
    wanted_mint: Pubkey
    offered: u64  # base units
    wanted: u64  # base units
    bump: u8


class Made(Event):
    """An offer stands."""

    offer: Pubkey
    offered: u64
    wanted: u64


class Taken(Event):
    """The tokens have changed hands."""

    offer: Pubkey
    taker: Pubkey


class Cancelled(Event):
    """The maker has taken the offer back."""

    offer: Pubkey


class EscrowError(Error):
    """Why there is no trade."""

    NOTHING_OFFERED = 6000, "An offer gives something and wants something"
    WRONG_MINT = 6001, "A token account is of the wrong mint"
    WRONG_OWNER = 6002, "The payment must go to the maker's own account"


OwnOffer = Annotated[Offer, Seeds("offer", arg.maker, arg.offer.number)]
Vault = Annotated[TokenAccount, Seeds("vault", arg.offer)]
TokenProgram = Annotated[Program, Address(TOKEN_PROGRAM_ID)]


@instruction
def make(
    maker: Signer,
    offer: Empty[Offer],
    vault: Empty[TokenAccount],
    offered_mint: TokenMint,
    wanted_mint: TokenMint,
    source: TokenAccount,
    number: u64,
    offered: u64,
    wanted: u64,
):
    """Make an offer; its number tells it from the maker's others."""
    made = offer.init(payer=maker, seeds=["offer", maker, number])
    safe = vault.init(payer=maker, seeds=["vault", offer], mint=offered_mint, authority=made)
    assert offered > 0 and wanted > 0, EscrowError.NOTHING_OFFERED
    made.maker = maker.key()
    made.number = number
    made.offered_mint = offered_mint.key()
    made.wanted_mint = wanted_mint.key()
    made.offered = offered
    made.wanted = wanted
    source.transfer(authority=maker, to=safe, amount=offered)
    Made(offer=made.key(), offered=offered, wanted=wanted).emit()


@instruction
def take(
    taker: Signer,
    maker: UncheckedAccount,
    offer: OwnOffer,
    vault: Vault,
    payment: TokenAccount,
    received: TokenAccount,
    maker_account: TokenAccount,
    token_program: TokenProgram,
):
    """Pay what is wanted from `payment`, and get what is offered in `received`. The maker need not be there."""
    assert maker_account.mint() == offer.wanted_mint, EscrowError.WRONG_MINT
    assert maker_account.authority() == maker.key(), EscrowError.WRONG_OWNER
    payment.transfer(authority=taker, to=maker_account, amount=offer.wanted)
    vault.transfer(authority=offer.signer(), to=received, amount=vault.amount())
    Taken(offer=offer.key(), taker=taker.key()).emit()
    close_vault(token_program, vault, maker, offer)
    offer.close(maker)


@instruction
def cancel(maker: Signer, offer: OwnOffer, vault: Vault, refund: TokenAccount, token_program: TokenProgram):
    """Take the offer back; the tokens go to `refund`."""
    vault.transfer(authority=offer.signer(), to=refund, amount=vault.amount())
    Cancelled(offer=offer.key()).emit()
    close_vault(token_program, vault, maker, offer)
    offer.close(maker)


def close_vault(token_program: Program, vault: TokenAccount, maker: UncheckedAccount, offer: Offer):
    """Close the empty vault; its rent goes to the maker."""
    token_program.invoke(
        accounts=[
            CpiAccount(vault, mut=True),
            CpiAccount(maker, mut=True),
            CpiAccount(offer, seeds=["offer", offer.maker, offer.number, offer.bump]),
        ],
        data=[u8(CLOSE_ACCOUNT)],
    )
