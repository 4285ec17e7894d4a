"""Instructions of the energy token: the GRID mint, minting against metered energy, transfers and burns."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.records import RecValidator

PROGRAM = "energy_token"


def initialize(client: Client, deployer: Pubkey) -> Instruction:
    """Creates GRID's record. Signed by the program's upgrade authority, who pays and becomes the token authority."""
    return client.programs[PROGRAM].instruction(
        "initialize", {"deployer": deployer, "payer": deployer, "token_info": client.addresses.token_info}
    )


def initialize_token(client: Client, deployer: Pubkey) -> Instruction:
    """Creates the GRID mint. Signed by the program's upgrade authority, who pays."""
    return client.programs[PROGRAM].instruction(
        "initialize_token", {"deployer": deployer, "payer": deployer, "mint": client.addresses.energy_mint}
    )


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the program over. Signed by its present authority."""
    return client.programs[PROGRAM].instruction("set_authority", {"authority": authority}, new_authority=new_authority)


def set_rec_cosign(client: Client, authority: Pubkey, required: bool) -> Instruction:
    """Decides whether a listed validator signs too when an owner mints. Signed by the token authority."""
    return client.programs[PROGRAM].instruction("set_rec_cosign", {"authority": authority}, require_rec_cosign=required)


def add_rec_validator(
    client: Client, authority: Pubkey, validator: Pubkey, authority_name: str, *, payer: Pubkey | None = None
) -> Instruction:
    """Lists a validator of certificates. Signed by the token authority and the rent's payer (default: the same)."""
    accounts = {
        "authority": authority,
        "payer": payer or authority,
        "rec_validator": client.addresses.rec_validator(validator),
    }
    return client.programs[PROGRAM].instruction(
        "add_rec_validator", accounts, validator_pubkey=validator, authority_name=authority_name
    )


def remove_rec_validator(client: Client, authority: Pubkey, entry: RecValidator) -> Instruction:
    """Strikes a validator off the list; whoever paid gets the rent. Signed by the token authority."""
    accounts = {
        "authority": authority,
        "payer": entry.payer,
        "rec_validator": client.addresses.rec_validator(entry.validator),
    }
    return client.programs[PROGRAM].instruction("remove_rec_validator", accounts)


def mint_grid_tokens(client: Client, owner: Pubkey, meter_id: str, *, validator: Pubkey | None = None) -> Instruction:
    """Turns a meter's unminted net generation into GRID. Signed by the meter's owner, whose GRID account must exist;
    while `require_rec_cosign` is on, by a listed `validator` too."""
    accounts = {
        "meter_account": client.addresses.meter(meter_id),
        "user_account": client.addresses.user(owner),
        "user_token_account": client.addresses.grid_account(owner),
        "meter_owner": owner,
        "validator": validator,
        "rec_validator": None if validator is None else client.addresses.rec_validator(validator),
    }
    return client.programs[PROGRAM].instruction("mint_grid_tokens", accounts)


def transfer_tokens(client: Client, owner: Pubkey, recipient: Pubkey, amount: int) -> Instruction:
    """Sends GRID (base units) between associated token accounts. Signed by `owner`."""
    accounts = {
        "owner": owner,
        "sender_token_account": client.addresses.grid_account(owner),
        "recipient_token_account": client.addresses.grid_account(recipient),
    }
    return client.programs[PROGRAM].instruction("transfer_tokens", accounts, amount=amount)


def burn_tokens(client: Client, owner: Pubkey, amount: int) -> Instruction:
    """Destroys GRID (base units). Signed by `owner`."""
    accounts = {"owner": owner, "token_account": client.addresses.grid_account(owner)}
    return client.programs[PROGRAM].instruction("burn_tokens", accounts, amount=amount)
