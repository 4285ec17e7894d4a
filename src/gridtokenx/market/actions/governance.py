"""Instructions of governance: certificates, the pause, limits and authorities."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.clients.governance import instructions as governance
from gridtokenx.clients.governance.types import GovernanceRole, GovernanceStats, Parameters


def initialize_poa(client: Client, deployer: Pubkey, authority: Pubkey) -> Instruction:
    """Opens the market with `authority` as REC authority. Signed by the program's upgrade authority, who pays and
    becomes the engineering authority."""
    return governance.initialize_poa(
        deployer=deployer,
        payer=deployer,
        authority=authority,
        programs=client.programs.deployed,
    )


def emergency_pause(client: Client, authority: Pubkey, reason: str) -> Instruction:
    """Stops the whole system. Signed by the REC authority."""
    return governance.emergency_pause(
        authority=authority,
        reason=reason,
        programs=client.programs.deployed,
    )


def emergency_unpause(client: Client, authority: Pubkey) -> Instruction:
    """Lets the system go on. Signed by the REC authority."""
    return governance.emergency_unpause(
        authority=authority,
        programs=client.programs.deployed,
    )


def set_maintenance_mode(client: Client, authority: Pubkey, enabled: bool) -> Instruction:
    """Puts the system into maintenance, or takes it out. Signed by the engineering authority."""
    return governance.set_maintenance_mode(
        authority=authority,
        maintenance_enabled=enabled,
        programs=client.programs.deployed,
    )


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
    return governance.issue_erc(
        authority=authority,
        payer=payer or authority,
        oracle_authority=oracle_authority,
        meter_account=client.addresses.meter(meter_id),
        user_account=client.addresses.user(owner),
        erc_certificate=client.addresses.certificate(certificate_id),
        certificate_id=certificate_id,
        energy_amount=energy_amount,
        renewable_source=renewable_source,
        validation_data=validation_data,
        programs=client.programs.deployed,
    )


def validate_erc_for_trading(client: Client, owner: Pubkey, authority: Pubkey, certificate_id: str) -> Instruction:
    """Lets a certificate back sell orders. Signed by its owner, who asks, and by the REC authority, or with
    `delegation_enabled` by the oracle authority."""
    return governance.validate_erc_for_trading(
        owner=owner,
        authority=authority,
        user_account=client.addresses.user(owner),
        erc_certificate=client.addresses.certificate(certificate_id),
        programs=client.programs.deployed,
    )


def revoke_erc(client: Client, authority: Pubkey, certificate_id: str, reason: str) -> Instruction:
    """Takes a certificate back for good. Signed by the REC authority."""
    return governance.revoke_erc(
        authority=authority,
        erc_certificate=client.addresses.certificate(certificate_id),
        reason=reason,
        programs=client.programs.deployed,
    )


def expire_erc(client: Client, certificate_id: str) -> Instruction:
    """Marks a certificate as expired, once it is. Needs no signature but the payer's."""
    return governance.expire_erc(
        erc_certificate=client.addresses.certificate(certificate_id),
        programs=client.programs.deployed,
    )


def transfer_erc(client: Client, owner: Pubkey, certificate_id: str, new_owner: Pubkey) -> Instruction:
    """Gives a certificate to an Active user. Signed by its owner."""
    return governance.transfer_erc(
        owner=owner,
        erc_certificate=client.addresses.certificate(certificate_id),
        new_owner=new_owner,
        programs=client.programs.deployed,
    )


def retire_erc(client: Client, owner: Pubkey, certificate_id: str, *, amount: int, beneficiary: Pubkey) -> Instruction:
    """Uses certified energy (Wh) outside of the market, for a beneficiary. Signed by the certificate's owner."""
    return governance.retire_erc(
        owner=owner,
        erc_certificate=client.addresses.certificate(certificate_id),
        amount=amount,
        beneficiary=beneficiary,
        programs=client.programs.deployed,
    )


def update_governance_config(client: Client, authority: Pubkey, erc_validation_enabled: bool) -> Instruction:
    """Starts or stops issuing certificates. Signed by the engineering authority."""
    return governance.update_governance_config(
        authority=authority,
        erc_validation_enabled=erc_validation_enabled,
        programs=client.programs.deployed,
    )


def update_authority_info(client: Client, authority: Pubkey, contact_info: str) -> Instruction:
    """Says how the REC authority is reached. Signed by the engineering authority."""
    return governance.update_authority_info(
        authority=authority,
        contact_info=contact_info,
        programs=client.programs.deployed,
    )


def update_erc_limits(
    client: Client, authority: Pubkey, *, min_energy: int, max_erc: int, validity_period: int
) -> Instruction:
    """Changes the limits: energies in Wh, the period in seconds. Signed by the engineering authority."""
    return governance.update_erc_limits(
        authority=authority,
        min_energy=min_energy,
        max_erc=max_erc,
        validity_period=validity_period,
        programs=client.programs.deployed,
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
    return governance.update_parameters(
        authority=authority,
        parameters=Parameters(
            auto_revoke_expired=auto_revoke_expired,
            require_oracle_validation=require_oracle_validation,
            delegation_enabled=delegation_enabled,
            oracle_authority=oracle_authority,
            min_oracle_confidence=min_oracle_confidence,
            allow_certificate_transfers=allow_certificate_transfers,
            campus_network=campus_network,
        ),
        programs=client.programs.deployed,
    )


def propose_authority(client: Client, authority: Pubkey, role: GovernanceRole, new_authority: Pubkey) -> Instruction:
    """Offers a role to somebody, who must accept within 48 hours. Signed by whoever holds the role."""
    return governance.propose_authority(
        authority=authority,
        role=role,
        new_authority=new_authority,
        programs=client.programs.deployed,
    )


def withdraw_authority(client: Client, authority: Pubkey, role: GovernanceRole) -> Instruction:
    """Takes the offer of a role back. Signed by whoever holds the role."""
    return governance.withdraw_authority(
        authority=authority,
        role=role,
        programs=client.programs.deployed,
    )


def accept_authority(client: Client, new_authority: Pubkey, role: GovernanceRole) -> Instruction:
    """Takes over a role that was offered. Signed by whom it was offered to."""
    return governance.accept_authority(
        new_authority=new_authority,
        role=role,
        programs=client.programs.deployed,
    )


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
    return governance.manage_authorities(
        authority=authority,
        program=client.programs.ids[program],
        state=states[program],
        new_authority=new_authority,
        programs=client.programs.deployed,
    )


def upgrade_program(client: Client, authority: Pubkey, program: str, buffer: Pubkey, spill: Pubkey) -> Instruction:
    """Replaces a program's code by a buffer's, whose rent goes to `spill`; the buffer's authority must be
    `addresses.upgrade_authority`. Signed by the engineering authority, during maintenance."""
    address = client.programs.ids[program]
    return governance.upgrade_program(
        authority=authority,
        program=address,
        buffer=buffer,
        spill=spill,
        programs=client.programs.deployed,
    )


def set_upgrade_authority(client: Client, authority: Pubkey, program: str, new_authority: Pubkey) -> Instruction:
    """Gives the right to upgrade a program away again. Signed by the engineering authority, during maintenance."""
    address = client.programs.ids[program]
    return governance.set_upgrade_authority(
        authority=authority,
        program=address,
        new_authority=new_authority,
        programs=client.programs.deployed,
    )


async def get_governance_stats(client: Client) -> GovernanceStats:
    """The counters and the state of the system, as the program tells them."""
    call = governance.get_governance_stats(programs=client.programs.deployed)
    return await client.view(call, governance.GetGovernanceStats.decode_return)
