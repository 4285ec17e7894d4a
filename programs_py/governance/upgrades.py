"""Upgrades: governance holds the right to replace the code of the five programs, and uses it during maintenance."""

from common import NOBODY, PoaConfig, now
from governance.accounts import PoAConfig
from governance.errors import GovernanceError
from governance.events import ProgramUpgraded, UpgradeAuthorityChanged
from governance.rules import require_engineering, require_managed
from seahorse.prelude import *

LOADER = Pubkey("BPFLoaderUpgradeab1e11111111111111111111111")
RENT_SYSVAR = Pubkey("SysvarRent111111111111111111111111111111111")
CLOCK_SYSVAR = Pubkey("SysvarC1ock11111111111111111111111111111111")
# The loader's instructions, as 4 bytes each.
UPGRADE = b"\x03\x00\x00\x00"
SET_AUTHORITY_OF = b"\x04\x00\x00\x00"

LoaderProgram = Annotated[Program, Address(LOADER)]
UpgradeAuthority = Annotated[UncheckedAccount, Seeds("upgrade_authority")]
ProgramDataOf = Annotated[UncheckedAccount, Seeds(arg.program, program=LOADER)]


@instruction(rare=True)
def upgrade_program(
    authority: Signer,
    poa_config: PoaConfig,
    upgrade_authority: UpgradeAuthority,
    program: UncheckedAccount,
    program_data: ProgramDataOf,
    buffer: UncheckedAccount,
    spill: UncheckedAccount,
    rent: Annotated[UncheckedAccount, Address(RENT_SYSVAR)],
    clock: Annotated[UncheckedAccount, Address(CLOCK_SYSVAR)],
    loader: LoaderProgram,
):
    """Replace a program's code by that of a buffer, whose rent goes to `spill`.

    Signed by the engineering authority, during maintenance; the buffer's authority must be `upgrade_authority`.
    """
    require_upgradeable(poa_config, authority, program)
    loader.invoke(
        accounts=[
            CpiAccount(program_data, mut=True),
            CpiAccount(program, mut=True),
            CpiAccount(buffer, mut=True),
            CpiAccount(spill, mut=True),
            CpiAccount(rent),
            CpiAccount(clock),
            CpiAccount(upgrade_authority, seeds=["upgrade_authority"]),
        ],
        data=UPGRADE,
    )
    ProgramUpgraded(authority=authority.key(), program=program.key(), buffer=buffer.key(), timestamp=now()).emit()


@instruction(rare=True)
def set_upgrade_authority(
    authority: Signer,
    poa_config: PoaConfig,
    upgrade_authority: UpgradeAuthority,
    program: UncheckedAccount,
    program_data: ProgramDataOf,
    new_authority: UncheckedAccount,
    loader: LoaderProgram,
):
    """Give the right to upgrade a program to another key. Signed by the engineering authority, during maintenance."""
    require_upgradeable(poa_config, authority, program)
    assert new_authority.key() != NOBODY, GovernanceError.INVALID_AUTHORITY
    loader.invoke(
        accounts=[
            CpiAccount(program_data, mut=True),
            CpiAccount(upgrade_authority, seeds=["upgrade_authority"]),
            CpiAccount(new_authority),
        ],
        data=SET_AUTHORITY_OF,
    )
    UpgradeAuthorityChanged(
        authority=authority.key(), program=program.key(), new_authority=new_authority.key(), timestamp=now()
    ).emit()


def require_upgradeable(config: PoAConfig, signer: Signer, program: UncheckedAccount):
    """Refuse other signers than the engineering authority, other times than maintenance, and other programs."""
    require_engineering(config, signer)
    assert config.maintenance_mode, GovernanceError.NOT_IN_MAINTENANCE
    if program.key() != ID:
        require_managed(config, program.key())
