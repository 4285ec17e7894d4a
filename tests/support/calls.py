"""Calls as their authors mean them: right accounts, right signers. Suites spoil them from here."""

from __future__ import annotations

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.chain import keypair
from tests.support.world import World

# --- initialization ---


def initialize_registry(world: World, authority: Pubkey | None = None) -> Call:
    """The deployer administers the registry, unless told otherwise."""
    authority = authority or world.deployer.pubkey()
    return world.call("registry", "initialize", authority, deployer=world.deployer)


def initialize_oracle(world: World, gateway: Pubkey) -> Call:
    """The deployer administers the oracle."""
    return world.call("oracle", "initialize", gateway, deployer=world.deployer)


def initialize_energy_token(world: World) -> Call:
    """The deployer administers the token."""
    return world.call("energy_token", "initialize", deployer=world.deployer)


def initialize_token(world: World) -> Call:
    """Creates the GRID mint."""
    return world.call("energy_token", "initialize_token", deployer=world.deployer)


def initialize_market(world: World, fee_bps: int, matcher: Pubkey, payment_mint: Pubkey | None = None) -> Call:
    """Payment is in GRID, unless another mint is given."""
    grid = world.at.energy_mint
    other = payment_mint is not None and payment_mint != grid
    return world.call(
        "trading",
        "initialize_market",
        fee_bps,
        matcher,
        deployer=world.deployer,
        payment_mint=payment_mint or grid,
        payment_vault=world.at.vault(payment_mint) if other else None,
    )


def initialize_poa(world: World, rec: Pubkey) -> Call:
    """The deployer becomes the engineering authority."""
    return world.call("governance", "initialize_poa", rec, deployer=world.deployer)


# --- registry ---


def register_user(
    world: World, user: Keypair, kind: str = "Prosumer", location: str = "Building 3", affiliation: str = "Student"
) -> Call:
    """The user signs and pays."""
    return world.call(
        "registry",
        "register_user",
        kind,
        affiliation,
        location,
        user_authority=user,
        registry_authority=None,
        user_account=world.at.user(user.pubkey()),
    )


def register_meter(world: World, owner: Keypair, meter: str, kind: str = "Solar") -> Call:
    """The owner signs and pays."""
    return world.call(
        "registry",
        "register_meter",
        meter,
        kind,
        owner=owner,
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def assign_meter(world: World, owner: Keypair, meter: str, kind: str = "Solar") -> Call:
    """The registry authority signs and pays."""
    return world.call(
        "registry",
        "assign_meter",
        meter,
        owner.pubkey(),
        kind,
        authority=world.deployer,
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def remove_meter(world: World, owner: Keypair, meter: str) -> Call:
    """The registry authority signs; the owner gets the rent."""
    return world.call(
        "registry",
        "remove_meter",
        authority=world.deployer,
        owner=owner.pubkey(),
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def update_user_status(world: World, user: Keypair, status: str) -> Call:
    """The registry authority signs."""
    account = world.at.user(user.pubkey())
    return world.call("registry", "update_user_status", status, authority=world.deployer, user_account=account)


def update_meter_status(world: World, signer: Keypair, meter: str, status: str) -> Call:
    """The owner or the registry authority signs."""
    account = world.at.meter(meter)
    return world.call("registry", "update_meter_status", status, authority=signer, meter_account=account)


# --- oracle ---


def submit_meter_reading(world: World, meter: str, produced: int, consumed: int, timestamp: int) -> Call:
    """The gateway signs."""
    return world.call(
        "oracle",
        "submit_meter_reading",
        meter,
        produced,
        consumed,
        timestamp,
        api_gateway=keypair("gateway"),
        meter_account=world.at.meter(meter),
    )


def process_energy_data(world: World, owner: Keypair, meter: str, produced: int, consumed: int, timestamp: int) -> Call:
    """The gateway signs; what is minted goes to the owner."""
    return world.call(
        "oracle",
        "process_energy_data",
        meter,
        produced,
        consumed,
        timestamp,
        api_gateway=keypair("gateway"),
        meter_account=world.at.meter(meter),
        meter_owner=owner.pubkey(),
        owner_token_account=world.grid(owner),
    )


def trigger_market_clearing(world: World) -> Call:
    """The gateway signs."""
    return world.call("oracle", "trigger_market_clearing", api_gateway=keypair("gateway"))


# --- energy token ---


def add_rec_validator(world: World, validator: Pubkey, name: str) -> Call:
    """The token authority signs and pays."""
    account = world.at.rec_validator(validator)
    return world.call(
        "energy_token", "add_rec_validator", validator, name, authority=world.deployer, rec_validator=account
    )


def remove_rec_validator(world: World, validator: Pubkey) -> Call:
    """The token authority signs, and gets the rent."""
    account = world.at.rec_validator(validator)
    return world.call("energy_token", "remove_rec_validator", authority=world.deployer, rec_validator=account)


def mint_grid_tokens(world: World, owner: Keypair, meter: str) -> Call:
    """The meter's owner signs."""
    return world.call(
        "energy_token",
        "mint_grid_tokens",
        meter_account=world.at.meter(meter),
        user_token_account=world.grid(owner),
        meter_owner=owner,
    )


def transfer_tokens(world: World, sender: Keypair, receiver: Keypair, amount: int) -> Call:
    """The sender signs."""
    return world.call(
        "energy_token",
        "transfer_tokens",
        amount,
        owner=sender,
        sender_token_account=world.grid(sender),
        recipient_token_account=world.grid(receiver),
    )


def burn_tokens(world: World, owner: Keypair, amount: int) -> Call:
    """The owner signs."""
    return world.call("energy_token", "burn_tokens", amount, owner=owner, token_account=world.grid(owner))


# --- trading ---


def open_trading_account(world: World, user: Keypair) -> Call:
    """The user signs and pays."""
    account = world.at.trader(user.pubkey())
    return world.call("trading", "open_trading_account", user=user, trading_account=account)


def create_sell_order(
    world: World, seller: Keypair, order_id: int, amount: int, price: int, certificate: str | None = None
) -> Call:
    """The seller signs, and pays the rent."""
    return world.call(
        "trading",
        "create_sell_order",
        order_id,
        amount,
        price,
        seller=seller,
        trading_account=world.at.trader(seller.pubkey()),
        user_account=world.at.user(seller.pubkey()),
        order=world.at.order(order_id),
        seller_token_account=world.grid(seller),
        erc_certificate=None if certificate is None else world.at.certificate(certificate),
    )


def create_buy_order(
    world: World, buyer: Keypair, order_id: int, amount: int, price: int, mint: Pubkey | None = None
) -> Call:
    """The buyer signs, and pays the rent. Payment is in GRID, unless another mint is given."""
    mint = mint or world.at.energy_mint
    return world.call(
        "trading",
        "create_buy_order",
        order_id,
        amount,
        price,
        buyer=buyer,
        trading_account=world.at.trader(buyer.pubkey()),
        user_account=world.at.user(buyer.pubkey()),
        order=world.at.order(order_id),
        buyer_token_account=world.token_account(buyer, mint),
        payment_vault=world.at.vault(mint),
    )


def cancel_order(world: World, owner: Keypair, order_id: int, mint: Pubkey | None = None) -> Call:
    """The owner signs; `mint` is what the order has locked, GRID unless told otherwise."""
    mint = mint or world.at.energy_mint
    return world.call(
        "trading",
        "cancel_order",
        order_id,
        owner=owner,
        trading_account=world.at.trader(owner.pubkey()),
        order=world.at.order(order_id),
        vault=world.at.vault(mint),
        owner_token_account=world.token_account(owner, mint),
    )


def expire_order(world: World, owner: Keypair, order_id: int, mint: Pubkey | None = None) -> Call:
    """Nobody signs but the fee payer."""
    mint = mint or world.at.energy_mint
    return world.call(
        "trading",
        "expire_order",
        trading_account=world.at.trader(owner.pubkey()),
        order=world.at.order(order_id),
        vault=world.at.vault(mint),
        owner_token_account=world.token_account(owner, mint),
    )


def close_order(world: World, owner: Keypair, order_id: int) -> Call:
    """The owner signs, and gets the rent."""
    return world.call("trading", "close_order", owner=owner, order=world.at.order(order_id))


def match_orders(
    world: World,
    matcher: Keypair,
    sell: tuple[Keypair, int],
    buy: tuple[Keypair, int],
    mint: Pubkey | None = None,
) -> Call:
    """The matcher signs, and pays the rent of the trade record. Orders are given as (owner, order id)."""
    mint = mint or world.at.energy_mint
    (seller, sell_id), (buyer, buy_id) = sell, buy
    sell_order, buy_order = world.at.order(sell_id), world.at.order(buy_id)
    return world.call(
        "trading",
        "match_orders",
        matcher=matcher,
        sell_order=sell_order,
        buy_order=buy_order,
        seller_trading_account=world.at.trader(seller.pubkey()),
        buyer_trading_account=world.at.trader(buyer.pubkey()),
        trade_record=world.at.trade(sell_order, buy_order),
        payment_vault=world.at.vault(mint),
        seller_payment_account=world.token_account(seller, mint),
        buyer_energy_account=world.grid(buyer),
        buyer_payment_account=world.token_account(buyer, mint),
    )


# --- governance ---


def issue_erc(
    world: World,
    certificate: str,
    meter: str,
    energy: int,
    source: str = "Solar",
    data: str = "REC-CERT-2025-001",
    oracle_authority: Keypair | None = None,
) -> Call:
    """The REC authority signs and pays; the oracle authority signs where one is given."""
    return world.call(
        "governance",
        "issue_erc",
        certificate,
        energy,
        source,
        data,
        authority=keypair("rec"),
        oracle_authority=oracle_authority,
        meter_account=world.at.meter(meter),
        erc_certificate=world.at.certificate(certificate),
    )


def validate_erc(world: World, signer: Keypair, certificate: str) -> Call:
    """The certificate's owner or the REC authority signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "validate_erc_for_trading", authority=signer, erc_certificate=account)


def revoke_erc(world: World, certificate: str, reason: str) -> Call:
    """The REC authority signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "revoke_erc", reason, authority=keypair("rec"), erc_certificate=account)


def transfer_erc(world: World, owner: Keypair, certificate: str, new_owner: Keypair) -> Call:
    """The owner signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "transfer_erc", new_owner.pubkey(), owner=owner, erc_certificate=account)


def manage_authorities(world: World, new_authority: Keypair, *left_out: str) -> Call:
    """The engineering authority signs; all four programs are handed over, except those that are left out."""
    accounts = {
        "registry_account": world.at.registry,
        "token_info": world.at.token_info,
        "oracle_data": world.at.oracle_data,
        "market": world.at.market,
    }
    given = {name: None if name in left_out else key for name, key in accounts.items()}
    return world.call("governance", "manage_authorities", new_authority.pubkey(), authority=world.deployer, **given)


def update_parameters(world: World, **changed: object) -> Call:
    """The engineering authority signs; what is not given is as `initialize_poa` leaves it."""
    values: dict[str, object] = {
        "auto_revoke_expired": True,
        "require_oracle_validation": False,
        "delegation_enabled": False,
        "oracle_authority": None,
        "min_oracle_confidence": 80,
        "allow_certificate_transfers": False,
        "campus_network": "Engineering Complex",
    }
    assert changed.keys() <= values.keys()
    return world.call("governance", "update_parameters", *{**values, **changed}.values(), authority=world.deployer)
