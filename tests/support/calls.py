"""Calls as their authors mean them: right accounts, right signers. Suites spoil them from here."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.chain import keypair
from tests.support.world import World

TICK = 1_000_000  # of the price grid: 0.001 GRID per kWh, also the lowest price
PRICE = 150 * TICK

# --- initialization ---


def initialize_registry(world: World, authority: Pubkey | None = None) -> Call:
    """The deployer administers the registry, unless told otherwise."""
    authority = authority or world.deployer.pubkey()
    return world.call("registry", "initialize", authority, deployer=world.deployer, payer=world.deployer)


def initialize_oracle(world: World, gateway: Pubkey) -> Call:
    """The deployer administers the oracle."""
    return world.call("oracle", "initialize", gateway, deployer=world.deployer, payer=world.deployer)


def initialize_energy_token(world: World) -> Call:
    """The deployer administers the token."""
    return world.call("energy_token", "initialize", deployer=world.deployer, payer=world.deployer)


def initialize_token(world: World) -> Call:
    """Creates the GRID mint."""
    return world.call("energy_token", "initialize_token", deployer=world.deployer, payer=world.deployer)


def initialize_market(
    world: World, fee_bps: int, matcher: Pubkey, payment_mint: Pubkey | None = None, tick: int = TICK
) -> Call:
    """Payment is in GRID, unless another mint is given; the lowest price is one tick."""
    grid = world.at.energy_mint
    other = payment_mint is not None and payment_mint != grid
    return world.call(
        "trading",
        "initialize_market",
        fee_bps,
        matcher,
        tick,
        tick,
        deployer=world.deployer,
        payer=world.deployer,
        payment_mint=payment_mint or grid,
        payment_vault=world.at.vault(payment_mint) if other else None,
    )


def initialize_poa(world: World, rec: Pubkey) -> Call:
    """The deployer becomes the engineering authority."""
    return world.call("governance", "initialize_poa", rec, deployer=world.deployer, payer=world.deployer)


# --- registry ---


def register_user(
    world: World, user: Keypair, kind: str = "Prosumer", location: str = "Building 3", affiliation: str = "Student"
) -> Call:
    """The user signs and pays, and the registry authority signs too."""
    return world.call(
        "registry",
        "register_user",
        kind,
        location,
        affiliation,
        user_authority=user,
        payer=user,
        registry_authority=world.deployer,
        user_account=world.at.user(user.pubkey()),
    )


def register_meter(world: World, owner: Keypair, meter: str, kind: str = "Solar") -> Call:
    """The owner signs and pays, and the registry authority signs too."""
    return world.call(
        "registry",
        "register_meter",
        meter,
        kind,
        owner=owner,
        payer=owner,
        registry_authority=world.deployer,
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
        payer=world.deployer,
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def transfer_meter(world: World, owner: Keypair, new_owner: Keypair, meter: str) -> Call:
    """The registry authority and the new owner sign."""
    return world.call(
        "registry",
        "transfer_meter",
        authority=world.deployer,
        new_owner=new_owner,
        old_user_account=world.at.user(owner.pubkey()),
        new_user_account=world.at.user(new_owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def deregister_user(world: World, user: Keypair, trades: bool = True) -> Call:
    """The user signs, who paid the rent; `trades`: whether there is a trading account."""
    trader = world.at.trader(user.pubkey())
    return world.call(
        "registry",
        "deregister_user",
        user_authority=user,
        payer=user.pubkey(),
        user_account=world.at.user(user.pubkey()),
        trading_address=trader,
        trading_account=trader if trades else None,
    )


def remove_meter(world: World, owner: Keypair, meter: str) -> Call:
    """The registry authority signs; the owner paid the rent, and gets it back."""
    return world.call(
        "registry",
        "remove_meter",
        authority=world.deployer,
        payer=owner.pubkey(),
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def update_user_status(world: World, user: Keypair, status: str) -> Call:
    """The registry authority signs."""
    account = world.at.user(user.pubkey())
    return world.call("registry", "update_user_status", status, authority=world.deployer, user_account=account)


def update_user_type(world: World, user: Keypair, kind: str) -> Call:
    """The registry authority signs."""
    account = world.at.user(user.pubkey())
    return world.call("registry", "update_user_type", kind, authority=world.deployer, user_account=account)


def update_meter_status(world: World, meter: str, status: str) -> Call:
    """The registry authority signs."""
    account = world.at.meter(meter)
    return world.call("registry", "update_meter_status", status, authority=world.deployer, meter_account=account)


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
        user_account=world.at.user(owner.pubkey()),
        owner_token_account=world.grid(owner),
    )


def trigger_market_clearing(world: World, epoch: int) -> Call:
    """The gateway signs."""
    return world.call(
        "oracle",
        "trigger_market_clearing",
        epoch,
        api_gateway=keypair("gateway"),
        epoch_account=world.at.epoch(epoch),
    )


def update_oracle_config(world: World, **changed: object) -> Call:
    """The oracle authority signs; what is not given is as `initialize` leaves it."""
    config: dict[str, object] = {
        "market_clearing_interval": 900,
        "auto_clearing_enabled": True,
        "ami_endpoint": "",
        "max_reading_wh": 1_000_000,
    }
    assert changed.keys() <= config.keys()
    return world.call("oracle", "update_oracle_config", {**config, **changed}, authority=world.deployer)


# --- energy token ---


def add_rec_validator(world: World, validator: Pubkey, name: str) -> Call:
    """The token authority signs and pays."""
    account = world.at.rec_validator(validator)
    return world.call(
        "energy_token",
        "add_rec_validator",
        validator,
        name,
        authority=world.deployer,
        payer=world.deployer,
        rec_validator=account,
    )


def remove_rec_validator(world: World, validator: Pubkey) -> Call:
    """The token authority signs, and gets the rent."""
    account = world.at.rec_validator(validator)
    return world.call(
        "energy_token",
        "remove_rec_validator",
        authority=world.deployer,
        payer=world.deployer.pubkey(),
        rec_validator=account,
    )


def set_rec_cosign(world: World, required: bool) -> Call:
    """The token authority signs."""
    return world.call("energy_token", "set_rec_cosign", required, authority=world.deployer)


def mint_grid_tokens(world: World, owner: Keypair, meter: str, validator: Keypair | None = None) -> Call:
    """The meter's owner signs; a validator where one is given."""
    return world.call(
        "energy_token",
        "mint_grid_tokens",
        meter_account=world.at.meter(meter),
        user_account=world.at.user(owner.pubkey()),
        user_token_account=world.grid(owner),
        meter_owner=owner,
        validator=validator,
        rec_validator=None if validator is None else world.at.rec_validator(validator.pubkey()),
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
    return world.call("trading", "open_trading_account", user=user, payer=user, trading_account=account)


def open_epoch(world: World, index: int) -> Call:
    """The gateway signs and pays, as anybody might."""
    return world.call("trading", "open_epoch", index, payer=keypair("gateway"), epoch=world.at.epoch(index))


def close_epoch(world: World, index: int) -> Call:
    """Nobody signs but the fee payer; the gateway gets the rent."""
    return world.call("trading", "close_epoch", payer=keypair("gateway").pubkey(), epoch=world.at.epoch(index))


@dataclass(frozen=True)
class Offer:
    """An order as its author means it. Money is GRID unless another mint is given."""

    owner: Keypair
    order_id: int
    epoch: int
    amount: int = 2_000
    price: int = PRICE
    certificate: str | None = None
    mint: Pubkey | None = None


def create_sell_order(world: World, offer: Offer) -> Call:
    """The seller signs, and pays the rent."""
    seller = offer.owner
    return world.call(
        "trading",
        "create_sell_order",
        offer.order_id,
        offer.amount,
        offer.price,
        seller=seller,
        payer=seller,
        epoch=world.at.epoch(offer.epoch),
        trading_account=world.at.trader(seller.pubkey()),
        user_account=world.at.user(seller.pubkey()),
        order=world.at.order(offer.order_id),
        seller_token_account=world.grid(seller),
        erc_certificate=_certificate(world, offer),
    )


def create_buy_order(world: World, offer: Offer) -> Call:
    """The buyer signs, and pays the rent."""
    buyer, mint = offer.owner, offer.mint or world.at.energy_mint
    return world.call(
        "trading",
        "create_buy_order",
        offer.order_id,
        offer.amount,
        offer.price,
        buyer=buyer,
        payer=buyer,
        epoch=world.at.epoch(offer.epoch),
        trading_account=world.at.trader(buyer.pubkey()),
        user_account=world.at.user(buyer.pubkey()),
        order=world.at.order(offer.order_id),
        buyer_token_account=world.token_account(buyer, mint),
        payment_vault=world.at.vault(mint),
    )


def _certificate(world: World, offer: Offer) -> Pubkey | None:
    return None if offer.certificate is None else world.at.certificate(offer.certificate)


def _home(world: World, offer: Offer) -> dict[str, Pubkey | None]:
    """The accounts by which an order's money goes home; `mint` is what the order has locked."""
    mint = offer.mint or world.at.energy_mint
    return {
        "trading_account": world.at.trader(offer.owner.pubkey()),
        "order": world.at.order(offer.order_id),
        "vault": world.at.vault(mint),
        "owner_token_account": world.token_account(offer.owner, mint),
        "erc_certificate": _certificate(world, offer),
    }


def cancel_order(world: World, offer: Offer, *, epoch_closed: bool = False) -> Call:
    """The owner signs. `epoch_closed`: the order's epoch is not there any more."""
    epoch = world.at.epoch(offer.epoch)
    epochs = {"epoch": None if epoch_closed else epoch, "closed_epoch": epoch if epoch_closed else None}
    return world.call("trading", "cancel_order", offer.order_id, owner=offer.owner, **epochs, **_home(world, offer))


def expire_order(world: World, offer: Offer) -> Call:
    """Nobody signs but the fee payer."""
    return world.call("trading", "expire_order", **_home(world, offer))


def close_order(world: World, offer: Offer) -> Call:
    """The owner signs, who paid the rent and gets it back."""
    order = world.at.order(offer.order_id)
    return world.call("trading", "close_order", closer=offer.owner, payer=offer.owner.pubkey(), order=order)


def match_orders(world: World, matcher: Keypair, sell: Offer, buy: Offer, sequences: tuple[int, int]) -> Call:
    """The matcher signs, and pays the rent of the trade record. `sequences`: the orders' sequence numbers."""
    mint = buy.mint or world.at.energy_mint
    seller, buyer = sell.owner, buy.owner
    return world.call(
        "trading",
        "match_orders",
        matcher=matcher,
        payer=matcher,
        epoch=world.at.epoch(sell.epoch),
        sell_order=world.at.order(sell.order_id),
        buy_order=world.at.order(buy.order_id),
        seller_trading_account=world.at.trader(seller.pubkey()),
        buyer_trading_account=world.at.trader(buyer.pubkey()),
        trade_record=world.at.trade(*sequences),
        payment_vault=world.at.vault(mint),
        seller_payment_account=world.token_account(seller, mint),
        buyer_energy_account=world.grid(buyer),
        buyer_payment_account=world.token_account(buyer, mint),
        erc_certificate=_certificate(world, sell),
    )


def close_trade_record(world: World, payer: Keypair, sequences: tuple[int, int]) -> Call:
    """Its payer signs."""
    return world.call("trading", "close_trade_record", payer=payer, trade_record=world.at.trade(*sequences))


def update_market_config(world: World, **changed: object) -> Call:
    """The trading authority signs; what is not given is as `initialize_market` leaves it."""
    config: dict[str, object] = {
        "matcher": Pubkey.default(),
        "epoch_length": 900,
        "max_orders_per_user": 50,
        "min_order_wh": 100,
        "require_erc": False,
        "price_floor": TICK,
        "price_tick": TICK,
        "settlement_window": 86_400,
        "price_weight_bps": 0,
    }
    assert changed.keys() <= config.keys()
    return world.call("trading", "update_market_config", {**config, **changed}, authority=world.deployer)


# --- governance ---


def issue_erc(
    world: World,
    certificate: str,
    meter: tuple[str, Keypair],
    energy: int,
    source: str = "Solar",
    data: str = "REC-CERT-2025-001",
    oracle_authority: Keypair | None = None,
) -> Call:
    """For a meter and its owner. The REC authority signs and pays; the oracle authority signs where one is given."""
    return world.call(
        "governance",
        "issue_erc",
        certificate,
        energy,
        source,
        data,
        authority=keypair("rec"),
        payer=keypair("rec"),
        oracle_authority=oracle_authority,
        meter_account=world.at.meter(meter[0]),
        user_account=world.at.user(meter[1].pubkey()),
        erc_certificate=world.at.certificate(certificate),
    )


def validate_erc(world: World, owner: Keypair, certificate: str, authority: Keypair | None = None) -> Call:
    """The certificate's owner signs, and the REC authority, or who may in its place."""
    return world.call(
        "governance",
        "validate_erc_for_trading",
        owner=owner,
        authority=authority or keypair("rec"),
        user_account=world.at.user(owner.pubkey()),
        erc_certificate=world.at.certificate(certificate),
    )


def revoke_erc(world: World, certificate: str, reason: str) -> Call:
    """The REC authority signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "revoke_erc", reason, authority=keypair("rec"), erc_certificate=account)


def transfer_erc(world: World, owner: Keypair, certificate: str, new_owner: Keypair) -> Call:
    """The owner signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "transfer_erc", new_owner.pubkey(), owner=owner, erc_certificate=account)


def retire_erc(world: World, owner: Keypair, certificate: str, amount: int, beneficiary: Pubkey) -> Call:
    """The owner signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "retire_erc", amount, beneficiary, owner=owner, erc_certificate=account)


def manage_authorities(world: World, program: str, new_authority: Pubkey) -> Call:
    """The engineering authority signs."""
    state = {
        "registry": world.at.registry,
        "energy_token": world.at.token_info,
        "oracle": world.at.oracle_data,
        "trading": world.at.market,
    }
    return world.call(
        "governance",
        "manage_authorities",
        new_authority,
        authority=world.deployer,
        program=world.ids[program],
        state=state[program],
    )


def update_parameters(world: World, **changed: object) -> Call:
    """The engineering authority signs; what is not given is as `initialize_poa` leaves it."""
    parameters: dict[str, object] = {
        "auto_revoke_expired": True,
        "require_oracle_validation": False,
        "delegation_enabled": False,
        "oracle_authority": None,
        "min_oracle_confidence": 80,
        "allow_certificate_transfers": False,
        "campus_network": "Engineering Complex",
    }
    assert changed.keys() <= parameters.keys()
    return world.call("governance", "update_parameters", {**parameters, **changed}, authority=world.deployer)
