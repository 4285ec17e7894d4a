"""The two roles of governance, which change hands in two steps, and the authorities of the other programs."""

from common import NOBODY, PoaConfig, now
from governance.accounts import GovernanceRole, Offer
from governance.errors import GovernanceError
from governance.events import AuthoritiesManaged, AuthorityAccepted, AuthorityProposed, AuthorityWithdrawn
from governance.rules import require_engineering, require_managed
from seahorse.prelude import *

OFFER_LIFETIME = 172_800  # seconds: 48 hours
# What every program's set_authority is called by: the start of sha256("global:set_authority").
SET_AUTHORITY = b"\x85\xfa\x25\x15\x6e\xa3\x1a\x79"


@instruction(rare=True)
def propose_authority(authority: Signer, poa_config: PoaConfig, role: GovernanceRole, new_authority: Pubkey):
    """Offer a role to somebody, who must accept within 48 hours.

    Signed by whoever holds the role; a new offer replaces the old one.
    """
    offered = poa_config.role(role)
    assert authority.key() == offered.holder, GovernanceError.UNAUTHORIZED_AUTHORITY
    assert new_authority != NOBODY, GovernanceError.INVALID_AUTHORITY
    timestamp = now()
    offered.offer = Offer(candidate=new_authority, ends_at=timestamp + OFFER_LIFETIME)
    poa_config.assign(role, offered)
    poa_config.last_updated = timestamp
    AuthorityProposed(
        role=role,
        authority=authority.key(),
        proposed_authority=new_authority,
        ends_at=timestamp + OFFER_LIFETIME,
        timestamp=timestamp,
    ).emit()


@instruction(rare=True)
def withdraw_authority(authority: Signer, poa_config: PoaConfig, role: GovernanceRole):
    """Withdraw the offer of a role. Signed by the holder of the role."""
    offered = poa_config.role(role)
    assert authority.key() == offered.holder, GovernanceError.UNAUTHORIZED_AUTHORITY
    assert offered.offer is not None, GovernanceError.NO_PENDING_AUTHORITY
    candidate = offered.offer.candidate
    offered.offer = None
    poa_config.assign(role, offered)
    poa_config.last_updated = now()
    AuthorityWithdrawn(
        role=role,
        authority=authority.key(),
        withdrawn_authority=candidate,
        timestamp=poa_config.last_updated,
    ).emit()


@instruction(rare=True)
def accept_authority(new_authority: Signer, poa_config: PoaConfig, role: GovernanceRole):
    """Accept a role that was offered, before the offer ends. Signed by the key that it was offered to."""
    timestamp = now()
    offered = poa_config.role(role)
    assert offered.offer is not None, GovernanceError.NO_PENDING_AUTHORITY
    assert offered.offer.candidate == new_authority.key(), GovernanceError.UNAUTHORIZED_AUTHORITY
    assert timestamp <= offered.offer.ends_at, GovernanceError.OFFER_EXPIRED
    old_authority = offered.holder
    offered.holder = new_authority.key()
    offered.offer = None
    poa_config.assign(role, offered)
    poa_config.last_updated = timestamp
    AuthorityAccepted(
        role=role,
        old_authority=old_authority,
        new_authority=new_authority.key(),
        timestamp=timestamp,
    ).emit()


@instruction(rare=True)
def manage_authorities(
    authority: Signer,
    poa_config: PoaConfig,
    program: Program,
    state: UncheckedAccount,
    new_authority: Pubkey,
):
    """Make `new_authority` the authority of a program; `state` is the account in which the program keeps it.

    Signed by the engineering authority. The programs have one form of `set_authority`, so that this serves them all.
    """
    require_engineering(poa_config, authority)
    require_managed(poa_config, program.key())
    program.invoke(
        accounts=[
            CpiAccount(poa_config, seeds=["poa_config", poa_config.bump]),
            CpiAccount(state, mut=True),
            CpiAccount(poa_config),
        ],
        data=SET_AUTHORITY + bytes(new_authority),
    )
    AuthoritiesManaged(
        authority=authority.key(), program=program.key(), new_authority=new_authority, timestamp=now()
    ).emit()
