"""Setting GRID up, and its authority's rights: handing over, and the REC validators."""

import registry
from common import GRID_DECIMALS, NOBODY, PoaAddress, announce_handover, may_hand_over, now
from energy_token.accounts import RecValidator, TokenInfo
from energy_token.errors import EnergyTokenError
from energy_token.events import (
    EnergyTokenInitialized,
    RecCosignUpdated,
    RecValidatorAdded,
    RecValidatorRemoved,
    TokenMintInitialized,
)
from energy_token.rules import TokenInfoPda, require_authority, require_deployer
from seahorse.prelude import *

TOKEN_NAME = "Engineering GRID"
TOKEN_SYMBOL = "ENG_GRID"


@instruction(rare=True)
def initialize(deployer: Signer, payer: Signer, token_info: Empty[TokenInfo], program_data: ProgramData):
    """Set the program up. Signed by the program's upgrade authority, who becomes the token authority."""
    require_deployer(program_data, deployer)
    info = token_info.init(payer=payer, seeds=["token_info"])
    info.authority = deployer.key()
    info.created_at = now()
    info.name = TOKEN_NAME
    info.symbol = TOKEN_SYMBOL
    info.decimals = GRID_DECIMALS
    info.registry_program = registry.ID
    EnergyTokenInitialized(authority=info.authority, timestamp=info.created_at).emit()


@instruction(rare=True)
def initialize_token(
    deployer: Signer,
    payer: Signer,
    token_info: TokenInfoPda,
    mint: Empty[TokenMint],
    program_data: ProgramData,
):
    """Create the GRID mint, with token_info as mint authority.

    Signed by the program's upgrade authority.
    """
    require_deployer(program_data, deployer)
    grid = mint.init(payer=payer, seeds=["mint"], decimals=GRID_DECIMALS, authority=token_info)
    token_info.mint = grid.key()
    TokenMintInitialized(authority=deployer.key(), mint=token_info.mint, decimals=GRID_DECIMALS, timestamp=now()).emit()


@instruction(rare=True)
def set_authority(
    authority: Signer,
    token_info: TokenInfoPda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the program over. Signed by the present token authority, or by governance."""
    assert may_hand_over(authority, token_info.authority, poa_config), EnergyTokenError.UNAUTHORIZED_AUTHORITY
    assert new_authority != NOBODY, EnergyTokenError.INVALID_AUTHORITY
    announce_handover(authority, token_info.authority, new_authority)
    token_info.authority = new_authority


@instruction(rare=True)
def set_rec_cosign(authority: Signer, token_info: TokenInfoPda, require_rec_cosign: bool):
    """Decide whether a listed validator must sign too when an owner mints. Signed by the token authority."""
    require_authority(token_info, authority)
    token_info.require_rec_cosign = require_rec_cosign
    RecCosignUpdated(authority=authority.key(), require_rec_cosign=require_rec_cosign, timestamp=now()).emit()


@instruction(rare=True)
def add_rec_validator(
    authority: Signer,
    payer: Signer,
    token_info: TokenInfoPda,
    rec_validator: Empty[RecValidator],
    validator_pubkey: Pubkey,
    authority_name: String[192],
):
    """List a validator of renewable energy certificates. Signed by the token authority."""
    require_authority(token_info, authority)
    validator = rec_validator.init(payer=payer, seeds=["rec_validator", validator_pubkey])
    validator.validator = validator_pubkey
    validator.authority_name = authority_name
    validator.added_at = now()
    validator.payer = payer.key()
    RecValidatorAdded(
        authority=authority.key(),
        validator=validator_pubkey,
        authority_name=authority_name,
        timestamp=validator.added_at,
    ).emit()


@instruction(rare=True)
def remove_rec_validator(
    authority: Signer, payer: UncheckedAccount, token_info: TokenInfoPda, rec_validator: RecValidator
):
    """Remove a validator from the list, and return the rent to its payer. Signed by the token authority."""
    require_authority(token_info, authority)
    assert payer.key() == rec_validator.payer, EnergyTokenError.INVALID_PAYER
    RecValidatorRemoved(authority=authority.key(), validator=rec_validator.validator, timestamp=now()).emit()
    rec_validator.close(payer)
