"""SPL token instructions that users of the market need: accounts, approvals, transfers, and mints of payment tokens."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from spl.token import instructions as spl

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface.addresses import TOKEN_PROGRAM, associated_token_address

MINT_BYTES = 82


def create_associated_token_account(payer: Pubkey, owner: Pubkey, mint: Pubkey) -> Instruction:
    """Creates the owner's associated token account; nothing happens when it exists. Signed by `payer`."""
    return spl.create_idempotent_associated_token_account(payer, owner, mint, TOKEN_PROGRAM)


async def create_mint(
    client: Client, payer: Pubkey, mint: Pubkey, authority: Pubkey, decimals: int
) -> list[Instruction]:
    """Makes `mint` a token with `decimals`, which `authority` may print. Signed by `payer` and `mint`."""
    rent = (await client.connection.get_minimum_balance_for_rent_exemption(MINT_BYTES)).value
    account = CreateAccountParams(
        from_pubkey=payer, to_pubkey=mint, lamports=rent, space=MINT_BYTES, owner=TOKEN_PROGRAM
    )
    mint_params = spl.InitializeMintParams(
        decimals=decimals, program_id=TOKEN_PROGRAM, mint=mint, mint_authority=authority
    )
    return [create_account(account), spl.initialize_mint(mint_params)]


def mint_to(mint: Pubkey, owner: Pubkey, authority: Pubkey, amount: int, decimals: int) -> Instruction:
    """Prints `amount` base units into the owner's associated token account. Signed by the mint's authority."""
    return spl.mint_to_checked(
        spl.MintToCheckedParams(
            program_id=TOKEN_PROGRAM,
            mint=mint,
            dest=associated_token_address(owner, mint),
            mint_authority=authority,
            amount=amount,
            decimals=decimals,
        )
    )


def transfer(mint: Pubkey, owner: Pubkey, recipient: Pubkey, amount: int, decimals: int) -> Instruction:
    """Moves `amount` base units between associated token accounts. Signed by `owner`."""
    return spl.transfer_checked(
        spl.TransferCheckedParams(
            program_id=TOKEN_PROGRAM,
            source=associated_token_address(owner, mint),
            mint=mint,
            dest=associated_token_address(recipient, mint),
            owner=owner,
            amount=amount,
            decimals=decimals,
        )
    )


def approve(mint: Pubkey, owner: Pubkey, delegate: Pubkey, amount: int, decimals: int) -> Instruction:
    """Lets `delegate` move up to `amount` base units of the owner's. Signed by `owner`."""
    return spl.approve_checked(
        spl.ApproveCheckedParams(
            program_id=TOKEN_PROGRAM,
            source=associated_token_address(owner, mint),
            mint=mint,
            delegate=delegate,
            owner=owner,
            amount=amount,
            decimals=decimals,
        )
    )


def revoke(mint: Pubkey, owner: Pubkey) -> Instruction:
    """Takes an approval back. Signed by `owner`."""
    account = associated_token_address(owner, mint)
    return spl.revoke(spl.RevokeParams(program_id=TOKEN_PROGRAM, account=account, owner=owner))


async def balance(client: Client, owner: Pubkey, mint: Pubkey) -> int:
    """Base units in the owner's associated token account; 0 when there is none."""
    account = await client.account(associated_token_address(owner, mint))
    return 0 if account is None else amount_of(account.data)


def amount_of(token_account: bytes) -> int:
    """The amount in a token account's bytes."""
    return int.from_bytes(token_account[64:72], "little")


def supply_of(mint_account: bytes) -> int:
    """The supply in a mint's bytes."""
    return int.from_bytes(mint_account[36:44], "little")


def decimals_of(mint_account: bytes) -> int:
    """The decimals in a mint's bytes."""
    return mint_account[44]
