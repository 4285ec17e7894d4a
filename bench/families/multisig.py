"""A vault out of which several keys must agree to pay. They are the remaining accounts of its instructions."""

from seahorse.prelude import *

declare_id("44444444444444444444444444444444444444444444")

SYSTEM_PROGRAM = Pubkey("11111111111111111111111111111111")
TRANSFER = b"\x02\x00\x00\x00"  # its instruction


class Config(Account):
    """Who signs. PDA: ["multisig", creator]."""

    creator: Pubkey
    threshold: u8
    bump: u8
    label: String[32]
    signers: List[Pubkey, 10]


class MultisigError(Error):
    """Why an instruction is refused."""

    INVALID_THRESHOLD = 6000, "Threshold is zero or exceeds signer count"
    MISSING_REQUIRED_SIGNATURE = 6001, "Required signer did not sign the transaction"
    UNAUTHORIZED_CREATOR = 6002, "Only the original creator can perform this action"


ConfigPda = Annotated[Config, Seeds("multisig", arg.creator)]
VaultPda = Annotated[UncheckedAccount, Seeds("vault", arg.config)]


@instruction
def create(creator: Signer, config: Empty[Config], signers: List[Signer], threshold: u8):
    """Create a multisig of some signers, who all agree."""
    config = config.init(payer=creator, seeds=["multisig", creator])
    assert 0 < threshold <= len(signers), MultisigError.INVALID_THRESHOLD
    config.creator = creator.key()
    config.threshold = threshold
    config.signers = [signer.key() for signer in signers]


@instruction
def deposit(depositor: Signer, config: Config, vault: VaultPda, amount: u64):
    """Put lamports into the vault. Anyone may."""
    depositor.transfer_lamports(vault, amount)


@instruction
def set_label(creator: Signer, config: ConfigPda, label: String[32]):
    """Give the multisig a name. Its creator signs."""
    assert config.creator == creator.key(), MultisigError.UNAUTHORIZED_CREATOR
    config.label = label


@instruction
def execute_transfer(
    creator: UncheckedAccount,
    config: ConfigPda,
    vault: VaultPda,
    recipient: UncheckedAccount,
    system: Annotated[Program, Address(SYSTEM_PROGRAM)],
    others: List[UncheckedAccount],
    amount: u64,
):
    """Pay out of the vault; as many signers as are needed must have signed."""
    assert config.creator == creator.key(), MultisigError.UNAUTHORIZED_CREATOR
    approvals = u8(0)
    for stored in config.signers:
        if any(other.is_signer and other.key() == stored for other in others):
            approvals += 1
    assert approvals >= config.threshold, MultisigError.MISSING_REQUIRED_SIGNATURE
    system.invoke(
        [CpiAccount(vault, mut=True, seeds=["vault", config]), CpiAccount(recipient, mut=True)],
        TRANSFER + bytes(int_bytes(amount)),
    )
