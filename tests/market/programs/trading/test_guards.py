"""Trading's guards: every signature, account, address, program and byte that its instructions check."""

from itertools import count

from tests.support import calls, campus
from tests.support.call import Call
from tests.support.calls import Offer
from tests.support.errors import Framework, Trading
from tests.support.guards import Guards, Recipe, recipes
from tests.support.world import FEE_BPS, NOBODY, World

DAY = 86_400
ORDER_IDS = count(1)


async def initialize(world: World) -> Call:
    await world.wallet("mallory")
    return world.call("trading", "initialize", deployer=world.deployer)


async def initialize_market(world: World) -> Call:
    await world.wallet("mallory")
    await world.run(calls.initialize_energy_token(world), calls.initialize_token(world))
    return calls.initialize_market(world, FEE_BPS, NOBODY)


async def update_market_params(world: World) -> Call:
    return world.call("trading", "update_market_params", 30, True, authority=world.deployer)


async def update_market_config(world: World) -> Call:
    return calls.update_market_config(world, min_order_wh=200)


async def set_authority(world: World) -> Call:
    alice = await world.wallet("alice")
    return world.call("trading", "set_authority", alice.pubkey(), authority=world.deployer)


async def crossing(world: World) -> Call:
    """Two orders that cross, one of them under a certificate; their epoch is cleared; the call that matches them."""
    alice, bob = await world.wallet("alice"), await world.wallet("bob")
    name = f"GUARDED-{next(ORDER_IDS)}"
    await world.run(calls.issue_erc(world, name, (campus.SOLAR, alice), 2000), calls.validate_erc(world, alice, name))
    epoch = await campus.next_quarter(world)
    sell = Offer(alice, next(ORDER_IDS), epoch, certificate=name)
    buy = Offer(bob, next(ORDER_IDS), epoch, 1500)
    await world.run(calls.create_sell_order(world, sell), calls.create_buy_order(world, buy))
    await campus.clear_quarter(world, epoch)
    return await campus.match(world, await world.wallet("carol"), sell, buy)


async def withdraw_fees(world: World) -> Call:
    await world.run(await crossing(world))
    account = await world.open_token_account(world.deployer)
    return world.call("trading", "withdraw_fees", authority=world.deployer, fee_token_account=account)


async def open_trading_account(world: World) -> Call:
    return calls.open_trading_account(world, await world.wallet("stranger"))


async def open_epoch(world: World) -> Call:
    return calls.open_epoch(world, await world.now() // campus.QUARTER + 50)


async def clear_epoch(world: World) -> Call:
    epoch = await campus.next_quarter(world)
    return world.call("trading", "clear_epoch", epoch=world.at.epoch(epoch))


async def close_epoch(world: World) -> Call:
    epoch = await campus.next_quarter(world)
    await campus.clear_quarter(world, epoch)
    return calls.close_epoch(world, epoch)


async def offer(world: World, name: str) -> Offer:
    """Alice's offer, into a quarter-hour that is open, under a certificate."""
    alice = await world.wallet("alice")
    await world.run(calls.issue_erc(world, name, (campus.SOLAR, alice), 2000), calls.validate_erc(world, alice, name))
    return Offer(alice, next(ORDER_IDS), await campus.open_quarter(world), certificate=name)


async def create_sell_order(world: World) -> Call:
    return calls.create_sell_order(world, await offer(world, "GUARDED-SELL"))


async def create_buy_order(world: World) -> Call:
    bob = await world.wallet("bob")
    return calls.create_buy_order(world, Offer(bob, next(ORDER_IDS), await campus.open_quarter(world)))


async def cancel_order(world: World) -> Call:
    placed = await offer(world, f"GUARDED-CANCEL-{next(ORDER_IDS)}")
    await world.run(calls.create_sell_order(world, placed))
    return calls.cancel_order(world, placed)


async def expire_order(world: World) -> Call:
    placed = await offer(world, "GUARDED-EXPIRE")
    await world.run(calls.create_sell_order(world, placed))
    await world.travel(campus.QUARTER + DAY + 1)
    return calls.expire_order(world, placed)


async def close_order(world: World) -> Call:
    cancel = await cancel_order(world)
    await world.run(cancel)
    alice = await world.wallet("alice")
    return world.call("trading", "close_order", closer=alice, payer=alice.pubkey(), order=cancel.accounts["order"])


async def get_order(world: World) -> Call:
    cancel = await cancel_order(world)
    return world.call("trading", "get_order", order=cancel.accounts["order"])


async def close_trade_record(world: World) -> Call:
    match = await crossing(world)
    await world.run(match)
    await world.travel(30 * DAY)
    carol = await world.wallet("carol")
    return world.call("trading", "close_trade_record", payer=carol, trade_record=match.accounts["trade_record"])


NOT_DEPLOYER = {"deployer": Trading.UNAUTHORIZED_AUTHORITY}
NOT_AUTHORITY = {"authority": Trading.UNAUTHORIZED_AUTHORITY}
VAULT = Trading.INVALID_VAULT


class TestTradingGuards(Guards):
    """Every guard of every trading instruction."""

    program = "trading"
    recipes = recipes(
        Recipe("initialize", initialize, signers=("deployer",), stranger=NOT_DEPLOYER, initializer=True),
        Recipe(
            "initialize_market",
            initialize_market,
            signers=("deployer", "payer"),
            stranger=NOT_DEPLOYER,
            copies={"payment_mint": VAULT},
            initializer=True,
        ),
        Recipe("update_market_params", update_market_params, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("update_market_config", update_market_config, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "set_authority",
            set_authority,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            by_address=frozenset({"poa_config"}),
        ),
        Recipe(
            "withdraw_fees",
            withdraw_fees,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            copies={"payment_vault": VAULT, "fee_token_account": None},
        ),
        Recipe(
            "open_trading_account",
            open_trading_account,
            signers=("user", "payer"),
            stranger={"user": Framework.CONSTRAINT_SEEDS},
        ),
        # A user's accounts are told by whose they are, not by where they are: only the owner could have made a copy.
        Recipe(
            "create_sell_order",
            create_sell_order,
            signers=("seller", "payer"),
            stranger={"seller": Trading.UNAUTHORIZED_USER},
            copies={
                "epoch": None,
                "trading_account": None,
                "user_account": None,
                "seller_token_account": None,
                "energy_vault": VAULT,
                "erc_certificate": None,
            },
        ),
        Recipe(
            "create_buy_order",
            create_buy_order,
            signers=("buyer", "payer"),
            stranger={"buyer": Trading.UNAUTHORIZED_USER},
            copies={
                "epoch": None,
                "trading_account": None,
                "user_account": None,
                "buyer_token_account": None,
                "payment_vault": VAULT,
            },
        ),
        Recipe(
            "cancel_order",
            cancel_order,
            signers=("owner",),
            stranger={"owner": Trading.UNAUTHORIZED_USER},
            copies={
                "epoch": None,
                "trading_account": None,
                "vault": VAULT,
                "owner_token_account": None,
                "erc_certificate": Trading.INVALID_CERTIFICATE,
            },
        ),
        Recipe(
            "expire_order",
            expire_order,
            copies={
                "trading_account": None,
                "order": None,
                "vault": VAULT,
                "owner_token_account": None,
                "erc_certificate": Trading.INVALID_CERTIFICATE,
            },
        ),
        Recipe(
            "close_order",
            close_order,
            signers=("closer",),
            stranger={"closer": Trading.UNAUTHORIZED_USER},
            copies={"order": None},
        ),
        Recipe("get_order", get_order, copies={"order": None}),
        Recipe(
            "match_orders",
            crossing,
            signers=("matcher", "payer"),
            copies={
                "epoch": None,
                "sell_order": None,
                "buy_order": None,
                "erc_certificate": Trading.INVALID_CERTIFICATE,
                "seller_trading_account": None,
                "buyer_trading_account": None,
                "energy_vault": VAULT,
                "payment_vault": VAULT,
                "seller_payment_account": None,
                "buyer_energy_account": None,
                "buyer_payment_account": None,
            },
        ),
        Recipe("open_epoch", open_epoch, signers=("payer",)),
        Recipe("close_epoch", close_epoch, copies={"epoch": None}),
        Recipe(
            "close_trade_record",
            close_trade_record,
            signers=("payer",),
            stranger={"payer": Trading.INVALID_PAYER},
            copies={"trade_record": None},
        ),
        Recipe(
            "clear_epoch",
            clear_epoch,
            signers=("oracle_data",),
            stranger={"oracle_data": Framework.CONSTRAINT_SEEDS},
            cpi_only=True,
        ),
    )
