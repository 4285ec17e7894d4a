"""Certificates are counted once: orders reserve energy of them, trades retire it, cancelling releases it."""

from common import MarketSigner, PoaConfig, now, require_operational
from governance.accounts import ErcCertificate
from governance.errors import GovernanceError
from governance.events import ErcReleased, ErcReserved, ErcRetired
from governance.rules import require_in_force, require_left
from seahorse.prelude import *


@instruction(rare=True)
def retire_erc(owner: Signer, poa_config: PoaConfig, erc_certificate: ErcCertificate, amount: u64, beneficiary: Pubkey):
    """Use certified energy (Wh) outside of the market, for a beneficiary. Signed by the certificate's owner."""
    require_operational(poa_config)
    assert owner.key() == erc_certificate.owner, GovernanceError.UNAUTHORIZED_AUTHORITY
    require_in_force(erc_certificate)
    require_left(erc_certificate, amount)
    retire(erc_certificate, amount, beneficiary)


@instruction
def reserve_erc(market: MarketSigner, erc_certificate: ErcCertificate, owner: Pubkey, amount: u64):
    """Reserve energy (Wh) of a certificate for a sell order of its owner. Only trading calls this."""
    assert owner == erc_certificate.owner, GovernanceError.UNAUTHORIZED_AUTHORITY
    require_in_force(erc_certificate)
    assert erc_certificate.validated_for_trading, GovernanceError.CERTIFICATE_NOT_VALIDATED
    require_left(erc_certificate, amount)
    erc_certificate.reserved_amount += amount
    ErcReserved(
        certificate_id=erc_certificate.certificate_id,
        amount=amount,
        reserved_amount=erc_certificate.reserved_amount,
        timestamp=now(),
    ).emit()


@instruction
def release_erc(market: MarketSigner, erc_certificate: ErcCertificate, amount: u64):
    """Free energy (Wh) that a sell order reserved, whatever became of the certificate. Only trading calls this."""
    erc_certificate.reserved_amount -= amount
    ErcReleased(
        certificate_id=erc_certificate.certificate_id,
        amount=amount,
        reserved_amount=erc_certificate.reserved_amount,
        timestamp=now(),
    ).emit()


@instruction
def retire_erc_for_trade(market: MarketSigner, erc_certificate: ErcCertificate, buyer: Pubkey, amount: u64):
    """Retire energy (Wh) that a sell order reserved and a buyer bought. Only trading calls this."""
    require_in_force(erc_certificate)
    erc_certificate.reserved_amount -= amount
    retire(erc_certificate, amount, buyer)


def retire(certificate: ErcCertificate, amount: u64, beneficiary: Pubkey):
    """Count energy as used, for good, and announce for whom."""
    certificate.retired_amount += amount
    ErcRetired(
        certificate_id=certificate.certificate_id,
        beneficiary=beneficiary,
        amount=amount,
        retired_amount=certificate.retired_amount,
        timestamp=now(),
    ).emit()
