"""Attacks on the beginning: initializing before the deployer does, again, or at an address made unusable."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from solders.pubkey import Pubkey
from tests.market.security.town import Given, Town

from seahorse.testing import expect_error
from seahorse.testing.resolve import find_address

LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")

INITIALIZERS: dict[str, tuple[str, Callable[[Town], Given]]] = {
    "registry": ("initialize", lambda t: {"authority": t.mallory.pubkey()}),
    "oracle": ("initialize", lambda t: {"api_gateway": t.mallory.pubkey()}),
    "energy_token": ("initialize", lambda t: {}),
    "trading": ("initialize", lambda t: {}),
    "governance": ("initialize_poa", lambda t: {"authority": t.mallory.pubkey()}),
}
everyone = pytest.mark.parametrize("program", INITIALIZERS)


def initialize(town: Town, program: str, **given: object) -> object:
    name, arguments = INITIALIZERS[program]
    payer = {} if program == "trading" else {"payer": town.deployer}
    return town.programs[program].call(name, **{**arguments(town), **payer, **given})


@everyone
def test_front_running(bare: Town, program: str) -> None:
    """Mallory sees the deployment and initializes first, to become the authority."""
    with expect_error("UnauthorizedAuthority"):
        initialize(bare, program, deployer=bare.mallory)


@everyone
def test_front_running_with_the_program_data_of_ones_own_program(bare: Town, program: str) -> None:
    """Mallory deploys a program of her own, whose upgrade authority she is, and gives that one's ProgramData."""
    own = bare.ledger.key().pubkey()
    program_data = find_address([own], LOADER)[0]
    header = (3).to_bytes(4, "little") + bytes(8) + b"\1" + bytes(bare.mallory.pubkey())
    bare.ledger.set_account(program_data, data=header + b"\x7fELF", owner=LOADER)
    with expect_error("ConstraintSeeds"):
        initialize(bare, program, deployer=bare.mallory, program_data=program_data)


@everyone
def test_front_running_in_the_deployers_name(bare: Town, program: str) -> None:
    """Mallory names the deployer without his signature."""
    name, arguments = INITIALIZERS[program]
    payer = {} if program == "trading" else {"payer": bare.mallory}
    call = bare.programs[program].prepare(name, deployer=bare.deployer, **payer, **arguments(bare))
    metas = list(call.instruction.accounts)
    metas[0] = type(metas[0])(metas[0].pubkey, False, metas[0].is_writable)
    unsigned = type(call.instruction)(call.instruction.program_id, call.instruction.data, metas)
    with expect_error("AccountNotSigner"):
        bare.ledger.send(unsigned, signers=[bare.mallory])


@everyone
def test_initializing_a_program_that_nobody_can_upgrade(bare: Town, program: str) -> None:
    """An immutable program has no upgrade authority: the all-zero key does not stand for it."""
    name, _ = INITIALIZERS[program]
    program_data = find_address([bare.programs[program].id], LOADER)[0]
    kept = bare.ledger.account(program_data)
    assert kept is not None
    data = bytes(kept.data)
    bare.ledger.set_account(program_data, data=data[:12] + b"\0" + data[13:], owner=LOADER)
    with expect_error("UnauthorizedAuthority"):
        initialize(bare, program, deployer=bare.deployer)
    assert name


@pytest.mark.parametrize("program", ["registry", "oracle", "energy_token", "governance"])
def test_initializing_again(town: Town, program: str) -> None:
    """Even the deployer cannot reset what exists."""
    with expect_error("AccountAlreadyInUse"):
        initialize(town, program, deployer=town.deployer)


def test_creating_the_market_and_the_mint_again(town: Town) -> None:
    """A second market would have empty books for full vaults; a second mint another authority."""
    with expect_error("AccountAlreadyInUse"):
        town.trading.initialize_market(**town.initialize_market())
    with expect_error("AccountAlreadyInUse"):
        town.energy_token.initialize_token(deployer=town.deployer, payer=town.deployer)


def test_mint_of_a_stranger(bare: Town) -> None:
    """Mallory makes the GRID mint between the deployer's two steps."""
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    with expect_error("UnauthorizedAuthority"):
        bare.energy_token.initialize_token(deployer=bare.mallory, payer=bare.mallory)


def test_market_of_a_stranger(bare: Town) -> None:
    """Mallory makes the market, whose authority and fees would be hers; or the deployer takes more than he may."""
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    bare.energy_token.initialize_token(deployer=bare.deployer, payer=bare.deployer)
    with expect_error("UnauthorizedAuthority"):
        bare.trading.initialize_market(**bare.initialize_market() | {"deployer": bare.mallory})
    with expect_error("InvalidFee"):
        bare.trading.initialize_market(**bare.initialize_market() | {"market_fee_bps": 1_001})


def test_beginning_with_nobody(bare: Town) -> None:
    """The default key in a role: what it holds is lost from the first day on."""
    for program in ("registry", "oracle", "governance"):
        name, _ = INITIALIZERS[program]
        role = "api_gateway" if program == "oracle" else "authority"
        with expect_error("InvalidAuthority"):
            bare.programs[program].call(name, deployer=bare.deployer, payer=bare.deployer, **{role: Pubkey.default()})


@pytest.mark.parametrize("decimals", [0, 5, 10, 18])
def test_money_too_coarse_or_too_fine(bare: Town, decimals: int) -> None:
    """With 0 decimals 999 Wh cost nothing; with 18, four trades overflow the market's volume."""
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    bare.energy_token.initialize_token(deployer=bare.deployer, payer=bare.deployer)
    bare.money = bare.ledger.mint(authority=bare.deployer, decimals=decimals)
    with expect_error("InvalidPaymentMint"):
        bare.trading.initialize_market(**bare.initialize_market())


@pytest.mark.parametrize(("floor", "tick"), [(0, 1_000), (1_000, 0), (1_001, 1_000), (1_000, 999)])
def test_price_grid_on_which_energy_is_rounded(bare: Town, floor: int, tick: int) -> None:
    """A watt-hour costs a whole number of base units, and at least one; a grid beyond the numbers is none."""
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    bare.energy_token.initialize_token(deployer=bare.deployer, payer=bare.deployer)
    grid = {"price_floor": floor, "price_tick": tick}
    with expect_error("InvalidPriceGrid"):
        bare.trading.initialize_market(**bare.initialize_market() | grid)
    for beyond in ({"price_tick": 2**64 - 616}, {"price_floor": 2**64 - 616}):
        with expect_error("InvalidPriceGrid"):
            bare.trading.initialize_market(**bare.initialize_market() | beyond)


def test_lamports_at_the_addresses_to_come(bare: Town) -> None:
    """A lamport at a derived address makes a plain CreateAccount fail; initialization works all the same."""
    poisoned = [
        bare.registry.address("registry"),
        bare.oracle.address("oracle_data"),
        bare.energy_token.address("token_info"),
        bare.grid,
        bare.trading.address("market"),
        bare.vault(bare.grid),
        bare.governance.address("poa_config"),
    ]
    for n, address in enumerate(poisoned):
        bare.ledger.set_account(address, lamports=1 if n % 2 else 10_000_000)
    bare.initialize(matcher=None)
    bare.settle_in()
    bare.assert_books()


def test_lamports_at_the_addresses_of_users(town: Town) -> None:
    """The same for everything that users create: nobody can be kept out, and no order or trade prevented."""
    newcomer = town.ledger.signer()
    for address in (
        town.user(newcomer),
        town.trader(newcomer),
        town.meter("METER_009"),
        town.order(1),
        town.order(2),
        town.trading.address("trade", bytes(8), (1).to_bytes(8, "little")),
        town.certificate("ERC-1"),
    ):
        town.ledger.set_account(address, lamports=1)
    town.registry.register_user(**town.register_user(newcomer))
    town.trading.open_trading_account(user=newcomer, payer=newcomer)
    town.registry.register_meter(**town.register_meter(newcomer, "METER_009"))
    town.trading.create_sell_order(**town.create_sell_order(town.alice, 1))
    town.trading.create_buy_order(**town.create_buy_order(town.bob, 2))
    town.clear()
    town.trading.match_orders(**town.match_orders(1, 2, town.alice, town.bob))
    town.governance.issue_erc(**town.issue_erc("ERC-1"))
    town.assert_books()


def test_payment_vault_for_grid(bare: Town) -> None:
    """A payment vault beside the energy vault, when both would hold GRID, would be the same address twice."""
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    bare.energy_token.initialize_token(deployer=bare.deployer, payer=bare.deployer)
    given = bare.initialize_market() | {"payment_vault": bare.vault(bare.grid)}
    with expect_error("AccountAlreadyInUse"):
        bare.trading.initialize_market(**given)


def test_other_payment_without_a_vault(bare: Town) -> None:
    """Without a payment vault, buyers would lock another token into the vault for GRID."""
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    bare.energy_token.initialize_token(deployer=bare.deployer, payer=bare.deployer)
    other = bare.ledger.mint(authority=bare.deployer)
    with expect_error("InvalidVault"):
        bare.trading.initialize_market(**bare.initialize_market() | {"payment_mint": other})


def test_another_token_in_place_of_grid(bare: Town) -> None:
    """The energy that is traded is GRID, not a token that somebody can print."""
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    bare.energy_token.initialize_token(deployer=bare.deployer, payer=bare.deployer)
    fake = bare.ledger.mint(authority=bare.mallory)
    with expect_error("ConstraintSeeds"):
        bare.trading.initialize_market(**bare.initialize_market() | {"energy_mint": fake})
