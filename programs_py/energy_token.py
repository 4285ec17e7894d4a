"""Energy token: GRID, the token of metered energy.

GRID is an SPL token with 9 decimals. 1 GRID is 1 kWh, so 1 Wh is 1 000 000 base units; amounts here are base
units. GRID comes into being only against net generation that registry settles, and only in the token account
of the meter's owner. The program's own account `token_info` is the mint authority: nobody holds a key that
could mint.

Who may do what:
- the token authority: the list of REC validators;
- a meter's owner: minting what the meter has earned;
- the oracle: the same for the owner, along with a reading;
- a holder: transferring and burning.

`total_supply` is read back from the mint whenever this program mints or burns. SPL's own transfer, approve
and burn work on GRID as on every token; they do not pass through this program, and a pause does not reach
them.
"""

import registry
from common import (
    GRID_DECIMALS,
    GRID_PER_WH,
    GridMint,
    OracleSigner,
    PoaAddress,
    PoaConfig,
    announce_handover,
    may_hand_over,
    now,
    require_operational,
)
from seahorse.prelude import *

declare_id("94G1r674LmRDmLN2UPjDFD8Eh7zT8JaSaxv9v68GyEur")

TOKEN_NAME = "Engineering GRID"
TOKEN_SYMBOL = "ENG_GRID"


class TokenInfo(Account):
    """What GRID is, and who administers it; the mint authority. PDA: ["token_info"]."""

    authority: Pubkey
    mint: Pubkey  # all zero until initialize_token
    total_supply: u64  # base units
    created_at: i64
    name: String[32]
    symbol: String[16]
    decimals: u8
    registry_program: Pubkey
    bump: u8


class RecValidator(Account):
    """An organization that validates renewable energy certificates. PDA: ["rec_validator", validator]."""

    validator: Pubkey
    authority_name: String[64]
    added_at: i64
    bump: u8


class EnergyTokenInitialized(Event):
    """The program is set up; the mint comes next."""

    authority: Pubkey
    timestamp: i64


class TokenMintInitialized(Event):
    """The GRID mint exists."""

    authority: Pubkey
    mint: Pubkey
    decimals: u8
    timestamp: i64


class GridTokensMinted(Event):
    """Net generation became GRID; the amount is in base units."""

    meter_owner: Pubkey
    amount: u64
    timestamp: i64


class GridTokensTransferred(Event):
    """GRID went from one wallet to another; the amount is in base units."""

    sender: Pubkey
    recipient: Pubkey
    amount: u64
    timestamp: i64


class GridTokensBurned(Event):
    """GRID was destroyed; the amount is in base units."""

    owner: Pubkey
    amount: u64
    timestamp: i64


class RecValidatorAdded(Event):
    """The authority added a validator."""

    authority: Pubkey
    validator: Pubkey
    authority_name: String[64]
    timestamp: i64


class RecValidatorRemoved(Event):
    """The authority removed a validator."""

    authority: Pubkey
    validator: Pubkey
    timestamp: i64


class EnergyTokenError(Error):
    """Why energy_token refuses."""

    UNAUTHORIZED_AUTHORITY = 6100, "Unauthorized authority"
    INVALID_METER = 6101, "Invalid meter"
    INSUFFICIENT_BALANCE = 6102, "Insufficient token balance"
    INVALID_AMOUNT = 6103, "Amount must be positive"
    INVALID_TOKEN_ACCOUNT = 6104, "Token account has the wrong owner or mint"


TokenInfoPda = Annotated[TokenInfo, Seeds("token_info")]


# --- initialization and configuration -------------------------------------------------------------


@instruction
def initialize(deployer: Signer, token_info: Empty[TokenInfo], program_data: ProgramData):
    """Set the program up. Signed by the program's upgrade authority, who becomes the token authority."""
    require_deployer(program_data, deployer)
    info = token_info.init(payer=deployer, seeds=["token_info"])
    info.authority = deployer.key()
    info.created_at = now()
    info.name = TOKEN_NAME
    info.symbol = TOKEN_SYMBOL
    info.decimals = GRID_DECIMALS
    info.registry_program = registry.ID
    EnergyTokenInitialized(authority=info.authority, timestamp=info.created_at).emit()


@instruction
def initialize_token(deployer: Signer, token_info: TokenInfoPda, mint: Empty[TokenMint], program_data: ProgramData):
    """Create the GRID mint, with token_info as mint authority.

    Signed by the program's upgrade authority.
    """
    require_deployer(program_data, deployer)
    grid = mint.init(payer=deployer, seeds=["mint"], decimals=GRID_DECIMALS, authority=token_info)
    token_info.mint = grid.key()
    TokenMintInitialized(authority=deployer.key(), mint=token_info.mint, decimals=GRID_DECIMALS, timestamp=now()).emit()


@instruction
def set_authority(
    authority: Signer,
    token_info: TokenInfoPda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the program over. Signed by the present token authority, or by governance."""
    assert may_hand_over(authority, token_info.authority, poa_config), EnergyTokenError.UNAUTHORIZED_AUTHORITY
    announce_handover(authority, token_info.authority, new_authority)
    token_info.authority = new_authority


@instruction
def add_rec_validator(
    authority: Signer,
    token_info: TokenInfoPda,
    rec_validator: Empty[RecValidator],
    validator_pubkey: Pubkey,
    authority_name: String[64],
):
    """List a validator of renewable energy certificates. Signed by the token authority."""
    require_authority(token_info, authority)
    validator = rec_validator.init(payer=authority, seeds=["rec_validator", validator_pubkey])
    validator.validator = validator_pubkey
    validator.authority_name = authority_name
    validator.added_at = now()
    RecValidatorAdded(
        authority=authority.key(),
        validator=validator_pubkey,
        authority_name=authority_name,
        timestamp=validator.added_at,
    ).emit()


@instruction
def remove_rec_validator(authority: Signer, token_info: TokenInfoPda, rec_validator: RecValidator):
    """Strike a validator off the list; the rent goes to the token authority, who signs."""
    require_authority(token_info, authority)
    RecValidatorRemoved(authority=authority.key(), validator=rec_validator.validator, timestamp=now()).emit()
    rec_validator.close(authority)


# --- minting --------------------------------------------------------------------------------------


@instruction
def mint_grid_tokens(
    token_info: TokenInfoPda,
    mint: GridMint,
    meter_account: registry.MeterAccount,
    user_token_account: TokenAccount,
    meter_owner: Signer,
    poa_config: PoaConfig,
):
    """Turn a meter's unminted net generation into GRID. Signed by the meter's owner, who receives it."""
    require_operational(poa_config)
    require_mintable(token_info, meter_account, user_token_account)
    settled = registry.settle_meter_balance(
        token_info=token_info.signer(), meter_account=meter_account, meter_owner=meter_owner
    )
    amount = grid_for(settled)
    mint.mint(authority=token_info.signer(), to=user_token_account, amount=amount)
    record_mint(token_info, mint, meter_account, amount)


@instruction
def mint_for_generation(
    oracle_data: OracleSigner,
    token_info: TokenInfoPda,
    mint: GridMint,
    meter_account: registry.MeterAccount,
    meter_owner: UncheckedAccount,
    owner_token_account: TokenAccount,
):
    """The same for a meter that has just been read, to its owner's account.

    Only the oracle calls this.
    """
    require_mintable(token_info, meter_account, owner_token_account)
    settled = registry.settle_meter_balance(
        token_info=token_info.signer(), meter_account=meter_account, meter_owner=meter_owner
    )
    amount = grid_for(settled)
    mint.mint(authority=token_info.signer(), to=owner_token_account, amount=amount)
    record_mint(token_info, mint, meter_account, amount)


# --- holding --------------------------------------------------------------------------------------


@instruction
def transfer_tokens(
    owner: Signer,
    mint: GridMint,
    sender_token_account: TokenAccount,
    recipient_token_account: TokenAccount,
    poa_config: PoaConfig,
    amount: u64,
):
    """Send GRID to somebody. Signed by the owner of the sending account."""
    require_operational(poa_config)
    require_spendable(sender_token_account, owner, mint, amount)
    assert recipient_token_account.mint() == mint.key(), EnergyTokenError.INVALID_TOKEN_ACCOUNT
    sender_token_account.transfer(authority=owner, to=recipient_token_account, amount=amount)
    GridTokensTransferred(
        sender=owner.key(),
        recipient=recipient_token_account.authority(),
        amount=amount,
        timestamp=now(),
    ).emit()


@instruction
def burn_tokens(
    owner: Signer,
    token_info: TokenInfoPda,
    mint: GridMint,
    token_account: TokenAccount,
    poa_config: PoaConfig,
    amount: u64,
):
    """Destroy GRID, when its energy has been consumed. Signed by the owner of the account."""
    require_operational(poa_config)
    require_spendable(token_account, owner, mint, amount)
    mint.burn(authority=owner, holder=token_account, amount=amount)
    token_info.total_supply = mint.supply()
    GridTokensBurned(owner=owner.key(), amount=amount, timestamp=now()).emit()


# --- shared steps ---------------------------------------------------------------------------------


def require_deployer(program_data: ProgramData, signer: Signer):
    """Refuse a signer who is not the program's upgrade authority."""
    assert program_data.upgrade_authority() == signer.key(), EnergyTokenError.UNAUTHORIZED_AUTHORITY


def require_authority(token_info: TokenInfo, signer: Signer):
    """Refuse a signer who does not administer the token."""
    assert signer.key() == token_info.authority, EnergyTokenError.UNAUTHORIZED_AUTHORITY


def require_mintable(token_info: TokenInfo, meter: registry.MeterAccount, receiver: TokenAccount):
    """Refuse a meter that is switched off, and a receiving account that is not its owner's for GRID."""
    assert meter.status != registry.MeterStatus.INACTIVE, EnergyTokenError.INVALID_METER
    assert receiver.authority() == meter.owner and receiver.mint() == token_info.mint, (
        EnergyTokenError.INVALID_TOKEN_ACCOUNT
    )


def require_spendable(holder: TokenAccount, owner: Signer, mint: TokenMint, amount: u64):
    """Refuse an amount of zero or above the balance, and an account that is not the signer's for GRID."""
    assert amount > 0, EnergyTokenError.INVALID_AMOUNT
    assert holder.authority() == owner.key() and holder.mint() == mint.key(), EnergyTokenError.INVALID_TOKEN_ACCOUNT
    assert holder.amount() >= amount, EnergyTokenError.INSUFFICIENT_BALANCE


def grid_for(settled_wh: u64) -> u64:
    """The base units of GRID for settled energy (Wh).

    Settling nothing is not a valid answer of registry.
    """
    assert settled_wh > 0, EnergyTokenError.INVALID_METER
    return settled_wh * GRID_PER_WH


def record_mint(token_info: TokenInfo, mint: TokenMint, meter: registry.MeterAccount, amount: u64):
    """Follow the mint's supply, and announce what was minted."""
    token_info.total_supply = mint.supply()
    GridTokensMinted(meter_owner=meter.owner, amount=amount, timestamp=now()).emit()
