"""Instructions of the energy token: the GRID mint, minting against metered energy, transfers and burns."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.clients.energy_token import instructions as energy_token
from gridtokenx.market.records import RecValidator


def initialize(client: Client, deployer: Pubkey) -> Instruction:
    """Creates GRID's record. Signed by the program's upgrade authority, who pays and becomes the token authority."""
    return energy_token.initialize(
        deployer=deployer,
        payer=deployer,
        programs=client.programs.deployed,
    )


def initialize_token(client: Client, deployer: Pubkey) -> Instruction:
    """Creates the GRID mint. Signed by the program's upgrade authority, who pays."""
    return energy_token.initialize_token(
        deployer=deployer,
        payer=deployer,
        programs=client.programs.deployed,
    )


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the program over. Signed by its present authority."""
    return energy_token.set_authority(
        authority=authority,
        new_authority=new_authority,
        programs=client.programs.deployed,
    )


def set_rec_cosign(client: Client, authority: Pubkey, required: bool) -> Instruction:
    """Decides whether a listed validator signs too when an owner mints. Signed by the token authority."""
    return energy_token.set_rec_cosign(
        authority=authority,
        require_rec_cosign=required,
        programs=client.programs.deployed,
    )


def add_rec_validator(
    client: Client, authority: Pubkey, validator: Pubkey, authority_name: str, *, payer: Pubkey | None = None
) -> Instruction:
    """Lists a validator of certificates. Signed by the token authority and the rent's payer (default: the same)."""
    return energy_token.add_rec_validator(
        authority=authority,
        payer=payer or authority,
        validator_pubkey=validator,
        authority_name=authority_name,
        programs=client.programs.deployed,
    )


def remove_rec_validator(client: Client, authority: Pubkey, entry: RecValidator) -> Instruction:
    """Strikes a validator off the list; whoever paid gets the rent. Signed by the token authority."""
    return energy_token.remove_rec_validator(
        authority=authority,
        payer=entry.payer,
        rec_validator=client.addresses.rec_validator(entry.validator),
        programs=client.programs.deployed,
    )


def mint_grid_tokens(client: Client, owner: Pubkey, meter_id: str, *, validator: Pubkey | None = None) -> Instruction:
    """Turns a meter's unminted net generation into GRID. Signed by the meter's owner, whose GRID account must exist;
    while `require_rec_cosign` is on, by a listed `validator` too."""
    return energy_token.mint_grid_tokens(
        meter_account=client.addresses.meter(meter_id),
        user_account=client.addresses.user(owner),
        user_token_account=client.addresses.grid_account(owner),
        meter_owner=owner,
        validator=validator,
        rec_validator=None if validator is None else client.addresses.rec_validator(validator),
        programs=client.programs.deployed,
    )


def transfer_tokens(client: Client, owner: Pubkey, recipient: Pubkey, amount: int) -> Instruction:
    """Sends GRID (base units) between associated token accounts. Signed by `owner`."""
    return energy_token.transfer_tokens(
        owner=owner,
        sender_token_account=client.addresses.grid_account(owner),
        recipient_token_account=client.addresses.grid_account(recipient),
        amount=amount,
        programs=client.programs.deployed,
    )


def burn_tokens(client: Client, owner: Pubkey, amount: int) -> Instruction:
    """Destroys GRID (base units). Signed by `owner`."""
    return energy_token.burn_tokens(
        owner=owner,
        token_account=client.addresses.grid_account(owner),
        amount=amount,
        programs=client.programs.deployed,
    )
