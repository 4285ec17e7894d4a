"""Instructions of governance: certificates, the pause, limits and authorities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface.addresses import program_data_address

PROGRAM = "governance"


class GovernanceRole(StrEnum):
    """The two roles that change hands in two steps."""

    REC = "Rec"
    ENGINEERING = "Engineering"


@dataclass(frozen=True, slots=True)
class GovernanceStats:
    """What get_governance_stats returns; energies in Wh, times in unix seconds."""

    total_ercs_issued: int
    total_ercs_validated: int
    total_ercs_revoked: int
    total_energy_certified: int
    erc_validation_enabled: bool
    emergency_paused: bool
    maintenance_mode: bool
    min_energy_amount: int
    max_erc_amount: int
    erc_validity_period: int
    created_at: int
    last_updated: int
    last_erc_issued_at: int | None


def _build(client: Client, name: str, accounts: dict[str, Pubkey | None], **arguments: Any) -> Instruction:
    return client.programs[PROGRAM].instruction(name, accounts, **arguments)


def initialize_poa(client: Client, deployer: Pubkey, authority: Pubkey) -> Instruction:
    """Opens the market with `authority` as REC authority. Signed by the program's upgrade authority, who pays and
    becomes the engineering authority."""
    accounts: dict[str, Pubkey | None] = {
        "deployer": deployer,
        "payer": deployer,
        "poa_config": client.addresses.poa_config,
    }
    return _build(client, "initialize_poa", accounts, authority=authority)


def emergency_pause(client: Client, authority: Pubkey, reason: str) -> Instruction:
    """Stops the whole system. Signed by the REC authority."""
    return _build(client, "emergency_pause", {"authority": authority}, reason=reason)


def emergency_unpause(client: Client, authority: Pubkey) -> Instruction:
    """Lets the system go on. Signed by the REC authority."""
    return _build(client, "emergency_unpause", {"authority": authority})


def set_maintenance_mode(client: Client, authority: Pubkey, enabled: bool) -> Instruction:
    """Puts the system into maintenance, or takes it out. Signed by the engineering authority."""
    return _build(client, "set_maintenance_mode", {"authority": authority}, maintenance_enabled=enabled)


def issue_erc(
    client: Client,
    authority: Pubkey,
    *,
    certificate_id: str,
    meter_id: str,
    owner: Pubkey,
    energy_amount: int,
    renewable_source: str,
    validation_data: str,
    oracle_authority: Pubkey | None = None,
    payer: Pubkey | None = None,
) -> Instruction:
    """Certifies `energy_amount` Wh of the generation of `owner`'s meter; `renewable_source` is its type. Signed by the
    REC authority, by the payer of the rent (default: the same), and with `require_oracle_validation` by the oracle
    authority."""
    accounts = {
        "authority": authority,
        "payer": payer or authority,
        "oracle_authority": oracle_authority,
        "meter_account": client.addresses.meter(meter_id),
        "user_account": client.addresses.user(owner),
        "erc_certificate": client.addresses.certificate(certificate_id),
    }
    return _build(
        client,
        "issue_erc",
        accounts,
        certificate_id=certificate_id,
        energy_amount=energy_amount,
        renewable_source=renewable_source,
        validation_data=validation_data,
    )


def validate_erc_for_trading(client: Client, owner: Pubkey, authority: Pubkey, certificate_id: str) -> Instruction:
    """Lets a certificate back sell orders. Signed by its owner, who asks, and by the REC authority, or with
    `delegation_enabled` by the oracle authority."""
    accounts: dict[str, Pubkey | None] = {
        "owner": owner,
        "authority": authority,
        "user_account": client.addresses.user(owner),
        "erc_certificate": client.addresses.certificate(certificate_id),
    }
    return _build(client, "validate_erc_for_trading", accounts)


def revoke_erc(client: Client, authority: Pubkey, certificate_id: str, reason: str) -> Instruction:
    """Takes a certificate back for good. Signed by the REC authority."""
    accounts: dict[str, Pubkey | None] = {
        "authority": authority,
        "erc_certificate": client.addresses.certificate(certificate_id),
    }
    return _build(client, "revoke_erc", accounts, reason=reason)


def expire_erc(client: Client, certificate_id: str) -> Instruction:
    """Marks a certificate as expired, once it is. Needs no signature but the payer's."""
    return _build(client, "expire_erc", {"erc_certificate": client.addresses.certificate(certificate_id)})


def transfer_erc(client: Client, owner: Pubkey, certificate_id: str, new_owner: Pubkey) -> Instruction:
    """Gives a certificate to an Active user. Signed by its owner."""
    accounts: dict[str, Pubkey | None] = {
        "owner": owner,
        "new_user_account": client.addresses.user(new_owner),
        "erc_certificate": client.addresses.certificate(certificate_id),
    }
    return _build(client, "transfer_erc", accounts, new_owner=new_owner)


def retire_erc(client: Client, owner: Pubkey, certificate_id: str, *, amount: int, beneficiary: Pubkey) -> Instruction:
    """Uses certified energy (Wh) outside of the market, for a beneficiary. Signed by the certificate's owner."""
    accounts: dict[str, Pubkey | None] = {
        "owner": owner,
        "erc_certificate": client.addresses.certificate(certificate_id),
    }
    return _build(client, "retire_erc", accounts, amount=amount, beneficiary=beneficiary)


def update_governance_config(client: Client, authority: Pubkey, erc_validation_enabled: bool) -> Instruction:
    """Starts or stops issuing certificates. Signed by the engineering authority."""
    return _build(
        client,
        "update_governance_config",
        {"authority": authority},
        erc_validation_enabled=erc_validation_enabled,
    )


def update_authority_info(client: Client, authority: Pubkey, contact_info: str) -> Instruction:
    """Says how the REC authority is reached. Signed by the engineering authority."""
    return _build(client, "update_authority_info", {"authority": authority}, contact_info=contact_info)


def update_erc_limits(
    client: Client, authority: Pubkey, *, min_energy: int, max_erc: int, validity_period: int
) -> Instruction:
    """Changes the limits: energies in Wh, the period in seconds. Signed by the engineering authority."""
    return _build(
        client,
        "update_erc_limits",
        {"authority": authority},
        min_energy=min_energy,
        max_erc=max_erc,
        validity_period=validity_period,
    )


def update_parameters(
    client: Client,
    authority: Pubkey,
    *,
    auto_revoke_expired: bool,
    require_oracle_validation: bool,
    delegation_enabled: bool,
    oracle_authority: Pubkey | None,
    min_oracle_confidence: int,
    allow_certificate_transfers: bool,
    campus_network: str,
) -> Instruction:
    """Changes the advanced settings (confidence in percent). Signed by the engineering authority."""
    return _build(
        client,
        "update_parameters",
        {"authority": authority},
        parameters={
            "auto_revoke_expired": auto_revoke_expired,
            "require_oracle_validation": require_oracle_validation,
            "delegation_enabled": delegation_enabled,
            "oracle_authority": oracle_authority,
            "min_oracle_confidence": min_oracle_confidence,
            "allow_certificate_transfers": allow_certificate_transfers,
            "campus_network": campus_network,
        },
    )


def propose_authority(client: Client, authority: Pubkey, role: GovernanceRole, new_authority: Pubkey) -> Instruction:
    """Offers a role to somebody, who must accept within 48 hours. Signed by whoever holds the role."""
    return _build(client, "propose_authority", {"authority": authority}, role=role, new_authority=new_authority)


def withdraw_authority(client: Client, authority: Pubkey, role: GovernanceRole) -> Instruction:
    """Takes the offer of a role back. Signed by whoever holds the role."""
    return _build(client, "withdraw_authority", {"authority": authority}, role=role)


def accept_authority(client: Client, new_authority: Pubkey, role: GovernanceRole) -> Instruction:
    """Takes over a role that was offered. Signed by whom it was offered to."""
    return _build(client, "accept_authority", {"new_authority": new_authority}, role=role)


def manage_authority(client: Client, authority: Pubkey, program: str, new_authority: Pubkey) -> Instruction:
    """Makes `new_authority` the authority of a program: registry, energy_token, oracle or trading. Signed by the
    engineering authority."""
    addresses = client.addresses
    states = {
        "registry": addresses.registry,
        "energy_token": addresses.token_info,
        "oracle": addresses.oracle_data,
        "trading": addresses.market,
    }
    accounts: dict[str, Pubkey | None] = {
        "authority": authority,
        "program": client.programs.ids[program],
        "state": states[program],
    }
    return _build(client, "manage_authorities", accounts, new_authority=new_authority)


def upgrade_program(client: Client, authority: Pubkey, program: str, buffer: Pubkey, spill: Pubkey) -> Instruction:
    """Replaces a program's code by a buffer's, whose rent goes to `spill`; the buffer's authority must be
    `addresses.upgrade_authority`. Signed by the engineering authority, during maintenance."""
    address = client.programs.ids[program]
    accounts: dict[str, Pubkey | None] = {
        "authority": authority,
        "program": address,
        "program_data": program_data_address(address),
        "buffer": buffer,
        "spill": spill,
    }
    return _build(client, "upgrade_program", accounts)


def set_upgrade_authority(client: Client, authority: Pubkey, program: str, new_authority: Pubkey) -> Instruction:
    """Gives the right to upgrade a program away again. Signed by the engineering authority, during maintenance."""
    address = client.programs.ids[program]
    accounts: dict[str, Pubkey | None] = {
        "authority": authority,
        "program": address,
        "program_data": program_data_address(address),
        "new_authority": new_authority,
    }
    return _build(client, "set_upgrade_authority", accounts)


async def get_governance_stats(client: Client) -> GovernanceStats:
    """The counters and the state of the system, as the program tells them."""
    return GovernanceStats(**cast(dict[str, Any], await client.view(PROGRAM, "get_governance_stats", {})))
