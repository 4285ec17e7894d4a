"""Document A's initialization sequence. Each step is idempotent: what exists is reported and left as it is."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.deploy import read_program
from gridtokenx.chain.errors import StateError
from gridtokenx.chain.interface.addresses import TOKEN_PROGRAM
from gridtokenx.market.actions import energy_token, governance, market, oracle, registry, tokens
from gridtokenx.market.read import fetch
from gridtokenx.market.records import Market, OracleData, PoAConfig, Registry, TokenInfo
from gridtokenx.market.units import MAX_FEE_BPS, WH_PER_KWH
from gridtokenx.operator.session import refuse_other

DEFAULT_FEE_BPS = 25
PAYMENT_DECIMALS = (6, 9)
"""The least and the most that a payment mint may have."""


@dataclass(frozen=True, slots=True)
class InitializationStep:
    """The result of one step. Without a signature, the account was there already and nothing changed."""

    name: str
    account: Pubkey
    signature: Signature | None

    @property
    def created(self) -> bool:
        return self.signature is not None


async def found(
    client: Client,
    deployer: Keypair,
    *,
    gateway: Pubkey,
    rec: Pubkey,
    payment_mint: Pubkey | None = None,
    matcher: Pubkey | None = None,
    prices: tuple[int, int] | None = None,
) -> list[InitializationStep]:
    """The whole sequence, in its order; the deployer administers what nobody else is named for. See `initialize_market`
    for the terms."""
    return [
        await initialize_registry(client, deployer),
        await initialize_oracle(client, deployer, gateway),
        *await initialize_token(client, deployer),
        *await initialize_market(client, deployer, payment_mint=payment_mint, matcher=matcher, prices=prices),
        await initialize_poa(client, deployer, rec),
    ]


async def require_deployer(client: Client, program: str, deployer: Pubkey) -> None:
    """Raises StateError unless `deployer` is the program's upgrade authority, whose signature an initializer needs."""
    address = client.programs.ids[program]
    deployed = await read_program(client, address)
    if deployed is None:
        raise StateError(f"{program} ({address}) is not deployed at {client.url}; run scripts/deploy.py first")
    if deployed.authority != deployer:
        raise StateError(
            f"the wallet is {deployer}, but only {program}'s upgrade authority {deployed.authority} may initialize it"
        )


async def initialize_registry(client: Client, deployer: Keypair, authority: Pubkey | None = None) -> InitializationStep:
    """Step 1: the registry, administered by `authority` (default: the deployer)."""
    wanted, address = authority or deployer.pubkey(), client.addresses.registry
    if (present := await fetch(client, Registry, address)) is not None:
        if authority is not None:
            refuse_other("the registry's authority", authority, present.authority, "It hands over with set_authority.")
        return InitializationStep("registry", address, None)
    await require_deployer(client, "registry", deployer.pubkey())
    receipt = await client.send(registry.initialize(client, deployer.pubkey(), wanted), payer=deployer)
    return InitializationStep("registry", address, receipt.signature)


async def initialize_oracle(client: Client, deployer: Keypair, api_gateway: Pubkey) -> InitializationStep:
    """Step 2: the oracle, with the gateway that may submit readings."""
    address = client.addresses.oracle_data
    if (present := await fetch(client, OracleData, address)) is not None:
        refuse_other("the oracle's gateway", api_gateway, present.api_gateway, "Change it with update_api_gateway.")
        return InitializationStep("oracle_data", address, None)
    await require_deployer(client, "oracle", deployer.pubkey())
    receipt = await client.send(oracle.initialize(client, deployer.pubkey(), api_gateway), payer=deployer)
    return InitializationStep("oracle_data", address, receipt.signature)


async def initialize_token(client: Client, deployer: Keypair) -> list[InitializationStep]:
    """Step 3: GRID's record, then its mint."""
    info, mint = client.addresses.token_info, client.addresses.energy_mint
    steps: list[InitializationStep] = []
    if await fetch(client, TokenInfo, info) is None:
        await require_deployer(client, "energy_token", deployer.pubkey())
        receipt = await client.send(energy_token.initialize(client, deployer.pubkey()), payer=deployer)
        steps.append(InitializationStep("token_info", info, receipt.signature))
    else:
        steps.append(InitializationStep("token_info", info, None))
    if await client.account(mint) is None:
        receipt = await client.send(energy_token.initialize_token(client, deployer.pubkey()), payer=deployer)
        steps.append(InitializationStep("mint", mint, receipt.signature))
    else:
        steps.append(InitializationStep("mint", mint, None))
    return steps


async def initialize_market(
    client: Client,
    deployer: Keypair,
    *,
    fee_bps: int = DEFAULT_FEE_BPS,
    payment_mint: Pubkey | None = None,
    matcher: Pubkey | None = None,
    prices: tuple[int, int] | None = None,
) -> list[InitializationStep]:
    """Step 4: the market and its vaults. Payment is in GRID unless another mint is named; without a matcher anyone may
    settle. `prices` are the grid's lowest price and its tick, base units per kWh (default: 0.001 of a token each)."""
    addresses, payment = client.addresses, payment_mint or client.addresses.energy_mint
    if (present := await fetch(client, Market, addresses.market)) is not None:
        refuse_other(
            "the market's payment mint", payment, present.payment_mint, "It was fixed when the market was made."
        )
        return _market_steps(client, payment, None)
    if not 0 <= fee_bps <= MAX_FEE_BPS:
        raise StateError(f"a fee of {fee_bps} basis points; give 0 to {MAX_FEE_BPS}")
    decimals = await _require_mint(client, payment)
    floor, tick = prices or (10 ** (decimals - 3), 10 ** (decimals - 3))
    _require_grid(floor, tick)
    await require_deployer(client, "trading", deployer.pubkey())
    instructions = [
        market.initialize(client, deployer.pubkey()),
        market.initialize_market(
            client,
            deployer.pubkey(),
            fee_bps=fee_bps,
            payment_mint=payment,
            price_floor=floor,
            price_tick=tick,
            matcher=matcher or market.ANYONE,
        ),
    ]
    receipt = await client.send(instructions, payer=deployer)
    return _market_steps(client, payment, receipt.signature)


def _market_steps(client: Client, payment: Pubkey, signature: Signature | None) -> list[InitializationStep]:
    addresses = client.addresses
    steps = [
        InitializationStep("market", addresses.market, signature),
        InitializationStep("energy_vault", addresses.vault(addresses.energy_mint), signature),
    ]
    if payment != addresses.energy_mint:
        steps.append(InitializationStep("payment_vault", addresses.vault(payment), signature))
    return steps


async def _require_mint(client: Client, mint: Pubkey) -> int:
    """The decimals of a mint that can pay. Raises StateError for one that cannot."""
    account = await client.account(mint)
    if account is None and mint == client.addresses.energy_mint:
        raise StateError("the GRID mint does not exist yet; run initialize-token first")
    if account is None or account.owner != TOKEN_PROGRAM:
        raise StateError(f"{mint} is no SPL token mint on this cluster; name one with --payment-mint")
    decimals = tokens.decimals_of(account.data)
    least, most = PAYMENT_DECIMALS
    if not least <= decimals <= most:
        raise StateError(f"{mint} has {decimals} decimals; name a payment mint of {least} to {most}")
    return decimals


def _require_grid(floor: int, tick: int) -> None:
    for name, price in (("lowest price", floor), ("price tick", tick)):
        if price <= 0 or price % WH_PER_KWH:
            raise StateError(
                f"a {name} of {price} base units per kWh; give a positive multiple of {WH_PER_KWH}, "
                "so that a watt-hour costs a whole number of them"
            )


async def initialize_poa(client: Client, deployer: Keypair, authority: Pubkey) -> InitializationStep:
    """Step 5: governance with its REC authority. From here on the market is open."""
    address = client.addresses.poa_config
    if (present := await fetch(client, PoAConfig, address)) is not None:
        refuse_other("the REC authority", authority, present.authority, "It hands over with propose_authority.")
        return InitializationStep("poa_config", address, None)
    await require_deployer(client, "governance", deployer.pubkey())
    receipt = await client.send(governance.initialize_poa(client, deployer.pubkey(), authority), payer=deployer)
    return InitializationStep("poa_config", address, receipt.signature)
