"""Governance-held upgrades: handing the programs' upgrade authority over, and upgrading with governance's signature."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.deploy import close_buffer, read_program, write_buffer
from gridtokenx.chain.errors import StateError
from gridtokenx.chain.interface.addresses import UPGRADEABLE_LOADER, program_data_address
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market.actions import governance
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import Market, OracleData, PoAConfig, Registry, TokenInfo
from gridtokenx.operator.initialize import InitializationStep

SET_AUTHORITY = (4).to_bytes(4, "little")
"""The upgradeable loader's instruction that gives a program or a buffer to another authority."""


def _set_loader_authority(account: Pubkey, present: Pubkey, new: Pubkey) -> Instruction:
    """Signed by the present authority of a program's data or of a buffer; the new one need not sign."""
    accounts = [
        AccountMeta(account, is_signer=False, is_writable=True),
        AccountMeta(present, is_signer=True, is_writable=False),
        AccountMeta(new, is_signer=False, is_writable=False),
    ]
    return Instruction(UPGRADEABLE_LOADER, SET_AUTHORITY, accounts)


async def govern_upgrades(client: Client, deployer: Keypair) -> list[InitializationStep]:
    """Hands the upgrade authority of the five programs to governance. Reports the programs that governance has already.

    Raises StateError, and changes nothing, before everything is initialized: initializers need the deployer.
    """
    await _require_initialized(client)
    new, steps = client.addresses.upgrade_authority, list[InitializationStep]()
    holders: dict[str, Pubkey | None] = {}
    for name, address in client.programs.ids.items():
        program = await read_program(client, address)
        if program is None:
            raise StateError(f"{name} ({address}) is not deployed at {client.url}; deploy it first")
        if program.authority not in (deployer.pubkey(), new):
            raise StateError(f"{name}'s upgrade authority is {program.authority}, not the wallet; nothing was changed")
        holders[name] = program.authority
    for name, holder in holders.items():
        address, signature = program_data_address(client.programs.ids[name]), None
        if holder != new:
            hand_over = _set_loader_authority(address, deployer.pubkey(), new)
            signature = (await client.send(hand_over, payer=deployer)).signature
        steps.append(InitializationStep(name, address, signature))
    return steps


async def _require_initialized(client: Client) -> None:
    a = client.addresses
    found = {
        "initialize-registry": await fetch(client, Registry, a.registry),
        "initialize-oracle": await fetch(client, OracleData, a.oracle_data),
        "initialize-token": await fetch(client, TokenInfo, a.token_info),
        "initialize-market": await fetch(client, Market, a.market),
        "initialize-poa": await fetch(client, PoAConfig, a.poa_config),
    }
    if missing := [step for step, account in found.items() if account is None]:
        raise StateError(f"run {', '.join(missing)} first: afterwards nobody could initialize any more")


async def upgrade(
    client: Client,
    engineering: Keypair,
    names: list[str],
    *,
    progress: Callable[[str, int, int], None] | None = None,
) -> AsyncGenerator[tuple[str, Signature], None]:
    """Upgrades programs that governance holds to what is built, one after the other; the engineering authority pays.

    Raises StateError outside of maintenance, before anything is paid for.
    """
    config = await require(client, PoAConfig, client.addresses.poa_config, "run initialize-poa first")
    if config.engineering_authority != engineering.pubkey():
        raise StateError(f"only the engineering authority {config.engineering_authority} upgrades programs")
    if not config.maintenance_mode:
        raise StateError("programs are upgraded during maintenance; run `gridtokenx maintenance on` first")
    for name in names:

        def tell(done: int, total: int, name: str = name) -> None:
            if progress is not None:
                progress(name, done, total)

        code = client.workspace.load_bytecode(name)
        buffer = await write_buffer(client, code, engineering, progress=tell)
        lend = _set_loader_authority(buffer, engineering.pubkey(), client.addresses.upgrade_authority)
        replace = governance.upgrade_program(client, engineering.pubkey(), name, buffer, engineering.pubkey())
        try:
            receipt = await client.send([lend, replace], payer=engineering)
        except TransactionFailed:
            await close_buffer(client, buffer, engineering)
            raise
        yield name, receipt.signature
