"""Trading's guards: every signature, account, address, program and byte that its instructions check."""

from itertools import count

from tests.support import calls
from tests.support.call import Call
from tests.support.errors import Framework, Trading
from tests.support.guards import Guards, Recipe, recipes
from tests.support.world import FEE_BPS, NOBODY, World

PRICE = 150_000_000
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
    settings = (NOBODY, 900, 50, False, DAY)
    return world.call("trading", "update_market_config", *settings, authority=world.deployer)


async def set_authority(world: World) -> Call:
    alice = await world.wallet("alice")
    return world.call("trading", "set_authority", alice.pubkey(), authority=world.deployer)


async def crossing(world: World) -> Call:
    """Two orders that cross, and the call that matches them."""
    alice, bob = await world.wallet("alice"), await world.wallet("bob")
    sell, buy = next(ORDER_IDS), next(ORDER_IDS)
    await world.run(
        calls.create_sell_order(world, alice, sell, 2000, PRICE),
        calls.create_buy_order(world, bob, buy, 1500, PRICE),
    )
    return calls.match_orders(world, await world.wallet("carol"), (alice, sell), (bob, buy))


async def withdraw_fees(world: World) -> Call:
    await world.run(await crossing(world))
    account = await world.open_token_account(world.deployer)
    return world.call("trading", "withdraw_fees", authority=world.deployer, fee_token_account=account)


async def open_trading_account(world: World) -> Call:
    return calls.open_trading_account(world, await world.wallet("stranger"))


async def create_sell_order(world: World) -> Call:
    alice, rec = await world.wallet("alice"), await world.wallet("rec")
    await world.run(
        calls.issue_erc(world, "GUARDED", "METER_001", 5000),
        calls.validate_erc(world, rec, "GUARDED"),
    )
    return calls.create_sell_order(world, alice, next(ORDER_IDS), 1000, PRICE, "GUARDED")


async def create_buy_order(world: World) -> Call:
    return calls.create_buy_order(world, await world.wallet("bob"), next(ORDER_IDS), 1000, PRICE)


async def cancel_order(world: World) -> Call:
    alice, order_id = await world.wallet("alice"), next(ORDER_IDS)
    await world.run(calls.create_sell_order(world, alice, order_id, 1000, PRICE))
    return calls.cancel_order(world, alice, order_id)


async def expire_order(world: World) -> Call:
    alice, order_id = await world.wallet("alice"), next(ORDER_IDS)
    await world.run(calls.create_sell_order(world, alice, order_id, 1000, PRICE))
    await world.travel(DAY + 1)
    return calls.expire_order(world, alice, order_id)


async def close_order(world: World) -> Call:
    cancel = await cancel_order(world)
    await world.run(cancel)
    return world.call("trading", "close_order", owner=await world.wallet("alice"), order=cancel.accounts["order"])


async def get_order(world: World) -> Call:
    cancel = await cancel_order(world)
    return world.call("trading", "get_order", order=cancel.accounts["order"])


async def open_epoch(world: World) -> Call:
    return world.call("trading", "open_epoch")


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
            signers=("deployer",),
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
            signers=("user",),
            stranger={"user": Framework.CONSTRAINT_SEEDS},
        ),
        # A user's accounts are told by whose they are, not by where they are: only the owner could have made a copy.
        Recipe(
            "create_sell_order",
            create_sell_order,
            signers=("seller",),
            stranger={"seller": Trading.UNAUTHORIZED_USER},
            copies={
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
            signers=("buyer",),
            stranger={"buyer": Trading.UNAUTHORIZED_USER},
            copies={
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
            copies={"trading_account": None, "vault": VAULT, "owner_token_account": None},
        ),
        Recipe(
            "expire_order",
            expire_order,
            copies={"trading_account": None, "order": None, "vault": VAULT, "owner_token_account": None},
        ),
        Recipe(
            "close_order",
            close_order,
            signers=("owner",),
            stranger={"owner": Trading.UNAUTHORIZED_USER},
            copies={"order": None},
        ),
        Recipe("get_order", get_order, copies={"order": None}),
        Recipe(
            "match_orders",
            crossing,
            signers=("matcher",),
            copies={
                "sell_order": Framework.CONSTRAINT_SEEDS,  # the trade record's address is that of its two orders
                "buy_order": Framework.CONSTRAINT_SEEDS,
                "seller_trading_account": None,
                "buyer_trading_account": None,
                "energy_vault": VAULT,
                "payment_vault": VAULT,
                "seller_payment_account": None,
                "buyer_energy_account": None,
                "buyer_payment_account": None,
            },
        ),
        Recipe(
            "open_epoch",
            open_epoch,
            signers=("oracle_data",),
            stranger={"oracle_data": Framework.CONSTRAINT_SEEDS},
            cpi_only=True,
        ),
    )
