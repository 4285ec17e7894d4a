"""Executes every instruction of the five programs once, with fixed keys, and tells the compute units of each."""

from pathlib import Path
from typing import Any

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from bench import founding
from seahorse.driver.compile import Artifacts, Compiler
from seahorse.driver.project import find_project
from seahorse.testing import Ledger

ROOT = Path(__file__).resolve().parent.parent
START = 1_778_472_000  # a fixed clock: 2026-05-11 04:00 UTC
QUARTER = 900  # seconds
EPOCH = START // QUARTER + 1  # the quarter-hour that is traded
GRID_FLOOR = GRID_TICK = 1_000_000  # of the price grid: 0.001 GRID per kWh
TICKS = 512
OFFER, BID = 1, 2  # ids of the orders whose placing and settling is measured
FIRST_TRADE = (0, 1)  # their sequence numbers
# Instructions that only another program may call, by a caller in whose logs they are found.
CALLEES = {
    "oracle.submit_meter_reading": "registry.update_meter_reading",
    "energy_token.mint_grid_tokens": "registry.settle_meter_balance",
    "governance.issue_erc": "registry.claim_erc_generation",
    "oracle.process_energy_data": "energy_token.mint_for_generation",
    "oracle.trigger_market_clearing": "trading.clear_epoch",
    "trading.create_sell_order, with a certificate": "governance.reserve_erc",
    "trading.match_orders, with a certificate": "governance.retire_erc_for_trade",
    "trading.cancel_order, with a certificate": "governance.release_erc",
}
LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
NOTHING = """
from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def do_nothing() -> None:
    pass
"""


class FoundedMarket:
    """The five programs on a ledger, and what was measured on them so far (compute units by `program.instruction`).

    Energy is paid in GRID, the default, which has one vault; or in a token of its own, which has a second one.
    `variant`: other keys and order numbers, so that derived addresses have other bumps.
    """

    def __init__(self, artifacts: list[Artifacts], *, pays_in_credits: bool = True, variant: int = 0) -> None:
        self.pays_in_credits = pays_in_credits
        self.variant = variant
        self.ledger = Ledger(engine="vm")
        for _ in range(variant):
            self.ledger.key()
        self.ledger.set_time(START)
        self.programs = {a.name: self.ledger.deploy(a) for a in artifacts}
        self.measured: dict[str, int] = {}
        # What was executed for each figure.
        self.samples: dict[str, Instruction] = {}
        self.deployer = self.ledger.deployer
        self.gateway, self.rec = self.ledger.signer(), self.ledger.signer()
        self.seller, self.buyer = self.ledger.signer(), self.ledger.signer()
        self.credits = self.ledger.mint(authority=self.deployer, decimals=9)
        self.grid = self.programs["energy_token"].address("mint")

    def run(self, program: str, instruction: str, /, *, case: str = "", **given: Any) -> Any:
        """Execute an instruction; the first execution of each is the one that counts. Returns its value.

        `case` tells apart an execution that costs otherwise.
        """
        call = self.programs[program].prepare(instruction, **self._varied(given))
        result = self.ledger.send(call)
        name = f"{program}.{instruction}{case and ', ' + case}"
        self.measured.setdefault(name, result.compute_units)
        self.samples.setdefault(name, call.instruction)
        callee = CALLEES.get(name)
        if callee is not None:
            self.measured.setdefault(callee, self._inner(callee.split(".")[0], result.logs))
        return result.value

    def _inner(self, program: str, logs: list[str]) -> int:
        """What a called program consumed, from the runtime's line `Program ID consumed N of M compute units`."""
        start = f"Program {self.programs[program].id} consumed "
        return next(int(line.removeprefix(start).split()[0]) for line in logs if line.startswith(start))

    def prepare(self, program: str, instruction: str, /, **given: Any) -> None:
        """Execute without measuring."""
        self.programs[program].call(instruction, **self._varied(given))

    def _varied(self, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments with the variant's order numbers."""
        return {**given, "order_id": given["order_id"] + self._shift} if "order_id" in given else given

    @property
    def _shift(self) -> int:
        return 1_000 * self.variant

    # --- addresses ---

    def user(self, wallet: Keypair) -> Pubkey:
        return self.programs["registry"].address("user", wallet.pubkey())

    def meter(self, meter_id: str) -> Pubkey:
        return self.programs["registry"].address("meter", meter_id, "")

    def trader(self, wallet: Keypair) -> Pubkey:
        return self.programs["trading"].address("trader", wallet.pubkey())

    def order(self, order_id: int) -> Pubkey:
        return self.programs["trading"].address("order", (order_id + self._shift).to_bytes(8, "little"))

    def epoch(self, index: int = EPOCH) -> Pubkey:
        return self.programs["trading"].address("epoch", index.to_bytes(8, "little"))

    def trade(self, sell: int, buy: int) -> Pubkey:
        """Where the record of a trade stands, by the sequence numbers of its orders."""
        return self.programs["trading"].address("trade", sell.to_bytes(8, "little"), buy.to_bytes(8, "little"))

    def vault(self, mint: Pubkey) -> Pubkey:
        return self.programs["trading"].address("vault", mint)


def initialize(m: FoundedMarket) -> None:
    vaults = (m.credits, m.vault(m.credits)) if m.pays_in_credits else (m.grid, None)
    terms = founding.Terms(vaults[0], m.vault(m.grid), vaults[1], GRID_FLOOR, GRID_TICK)
    for step in founding.sequence(m.deployer, m.gateway.pubkey(), m.rec.pubkey(), terms):
        m.run(step.program, step.instruction, **step.given)


def register(m: FoundedMarket) -> None:
    guest = m.ledger.signer()
    for wallet, kind in ((m.seller, "Prosumer"), (m.buyer, "Consumer"), (guest, "Consumer")):
        m.run(
            "registry",
            "register_user",
            user_authority=wallet,
            payer=wallet,
            registry_authority=m.deployer,
            user_account=m.user(wallet),
            user_type=kind,
            location="Engineering 1",
            affiliation="Student",
        )
        m.run("trading", "open_trading_account", user=wallet, payer=wallet)
    user = {"authority": m.deployer, "user_account": m.user(m.buyer)}
    m.run("registry", "update_user_status", **user, new_status="Active")
    m.run("registry", "update_user_type", **user, new_type="Consumer")
    m.run("registry", "is_valid_user", user_account=m.user(m.buyer))
    m.run("registry", "verify_user", user_account=m.user(m.buyer))
    m.run(
        "registry",
        "deregister_user",
        user_authority=guest,
        payer=guest.pubkey(),
        user_account=m.user(guest),
        trading_account=m.trader(guest),
    )
    meter = {"meter_id": "METER_001", "meter_type": "Solar", "meter_account": m.meter("METER_001")}
    m.run("registry", "register_meter", owner=m.seller, payer=m.seller, registry_authority=m.deployer, **meter)
    by_authority = {"authority": m.deployer, "meter_account": m.meter("METER_002")}
    meter = {"meter_id": "METER_002", "meter_type": "Solar", "owner": m.seller.pubkey()}
    m.run("registry", "assign_meter", payer=m.deployer, **by_authority, **meter)
    m.run("registry", "update_meter_status", **by_authority, new_status="Active")
    users = {"old_user_account": m.user(m.seller), "new_user_account": m.user(m.buyer)}
    m.run("registry", "transfer_meter", **by_authority, new_owner=m.buyer, **users)
    m.run("registry", "remove_meter", **by_authority, payer=m.deployer.pubkey(), user_account=m.user(m.buyer))
    m.run("registry", "is_valid_meter", meter_account=m.meter("METER_001"))


def read_and_mint(m: FoundedMarket) -> None:
    seller_grid = m.ledger.token_account(m.grid, m.seller.pubkey())
    reading = {"api_gateway": m.gateway, "meter_account": m.meter("METER_001"), "meter_id": "METER_001"}
    m.ledger.set_time(START + QUARTER)
    m.prepare("oracle", "submit_meter_reading", produced=5_000, consumed=2_000, timestamp=START + 300, **reading)
    m.run("oracle", "submit_meter_reading", produced=5_000, consumed=2_000, timestamp=START + 600, **reading)
    m.run("registry", "get_unsettled_balance", meter_account=m.meter("METER_001"))
    owner = {"meter_account": m.meter("METER_001"), "user_account": m.user(m.seller)}
    m.run("energy_token", "mint_grid_tokens", **owner, user_token_account=seller_grid, meter_owner=m.seller)
    m.run(
        "oracle",
        "process_energy_data",
        produced=9_000,
        consumed=2_000,
        timestamp=START + QUARTER,
        user_account=m.user(m.seller),
        owner_token_account=seller_grid,
        **reading,
    )
    buyer_grid = m.ledger.token_account(m.grid, m.buyer.pubkey())
    m.run(
        "energy_token",
        "transfer_tokens",
        owner=m.seller,
        sender_token_account=seller_grid,
        recipient_token_account=buyer_grid,
        amount=1_000_000,
    )
    m.run("energy_token", "burn_tokens", owner=m.buyer, token_account=buyer_grid, amount=500_000)


def certify(m: FoundedMarket) -> None:
    certificate = {"erc_certificate": certificate_of(m), "user_account": m.user(m.seller)}
    m.run(
        "governance",
        "issue_erc",
        authority=m.rec,
        payer=m.rec,
        meter_account=m.meter("METER_001"),
        **certificate,
        certificate_id="ERC-2026-001",
        energy_amount=5_000,
        renewable_source="Solar",
        validation_data="REC-CERT-2026-001",
    )
    m.run("governance", "validate_erc_for_trading", owner=m.seller, authority=m.rec, **certificate)
    used = {"owner": m.seller, "erc_certificate": certificate_of(m), "amount": 100}
    m.run("governance", "retire_erc", **used, beneficiary=m.seller.pubkey())


def certificate_of(m: FoundedMarket) -> Pubkey:
    return m.programs["governance"].address("erc_certificate", "ERC-2026-001", "")


def trade(m: FoundedMarket) -> None:
    """Offers at the lowest price and bids at the highest, which ask for more: so clearing reads the whole grid."""
    buyer_grid = m.ledger.token_account(m.grid, m.buyer.pubkey())
    seller_grid = m.ledger.token_account(m.grid, m.seller.pubkey(), 10**15)
    money = m.credits if m.pays_in_credits else m.grid
    seller_pay = m.ledger.token_account(m.credits, m.seller.pubkey()) if m.pays_in_credits else seller_grid
    buyer_pay = m.ledger.token_account(money, m.buyer.pubkey(), 10**18)
    fees = m.ledger.token_account(money, m.deployer.pubkey())
    m.run("trading", "open_epoch", payer=m.gateway, epoch=m.epoch(), index=EPOCH)
    sell = {
        "seller": m.seller,
        "payer": m.seller,
        "epoch": m.epoch(),
        "trading_account": m.trader(m.seller),
        "user_account": m.user(m.seller),
        "seller_token_account": seller_grid,
        "energy_vault": m.vault(m.grid),
        "energy_amount": 2_000,
        "price_per_kwh": GRID_FLOOR,
    }
    buy = {
        "buyer": m.buyer,
        "payer": m.buyer,
        "epoch": m.epoch(),
        "trading_account": m.trader(m.buyer),
        "user_account": m.user(m.buyer),
        "buyer_token_account": buyer_pay,
        "payment_vault": m.vault(money),
        "energy_amount": 5_000,
        "max_price_per_kwh": GRID_FLOOR + (TICKS - 1) * GRID_TICK,
    }
    pair = {
        "matcher": m.gateway,
        "payer": m.gateway,
        "epoch": m.epoch(),
        "seller_trading_account": m.trader(m.seller),
        "buyer_trading_account": m.trader(m.buyer),
        "energy_vault": m.vault(m.grid),
        "payment_vault": m.vault(money),
        "seller_payment_account": seller_pay,
        "buyer_energy_account": buyer_grid,
        "buyer_payment_account": buyer_pay,
    }
    home = {
        "owner": m.seller,
        "trading_account": m.trader(m.seller),
        "vault": m.vault(m.grid),
        "owner_token_account": seller_grid,
    }
    of_buyer = {
        "owner": m.buyer,
        "trading_account": m.trader(m.buyer),
        "vault": m.vault(money),
        "owner_token_account": buyer_pay,
    }
    certificate = {"erc_certificate": certificate_of(m)}
    m.run("trading", "create_sell_order", order_id=OFFER, **sell)
    m.run("trading", "create_buy_order", order_id=BID, **buy)
    m.run("trading", "create_sell_order", case="with a certificate", order_id=3, **{**sell, **certificate})
    m.run("trading", "create_sell_order", order_id=4, **sell)
    m.run("trading", "cancel_order", order_id=4, epoch=m.epoch(), **home)
    m.run("trading", "get_order", order=m.order(1))
    m.ledger.set_time((EPOCH + 1) * QUARTER)
    m.run("oracle", "trigger_market_clearing", api_gateway=m.gateway, epoch_account=m.epoch(), epoch=EPOCH)
    cleared = m.programs["trading"].account(m.epoch())
    assert cleared.volume == 4_000, cleared
    orders = {"sell_order": m.order(OFFER), "buy_order": m.order(BID)}
    m.run("trading", "match_orders", **orders, trade_record=m.trade(*FIRST_TRADE), **pair)
    certified = {"sell_order": m.order(3), "trade_record": m.trade(2, 1), **certificate}
    m.run("trading", "match_orders", case="with a certificate", buy_order=m.order(2), **certified, **pair)
    m.run("trading", "cancel_order", case="after clearing", order_id=2, epoch=m.epoch(), **of_buyer)
    m.run("trading", "close_epoch", payer=m.gateway.pubkey(), epoch=m.epoch())
    m.run("trading", "close_order", closer=m.buyer, payer=m.buyer.pubkey(), order=m.order(2))
    later_orders(m, {**sell, **certificate}, {**home, **certificate})
    m.run("trading", "withdraw_fees", authority=m.deployer, payment_vault=m.vault(money), fee_token_account=fees)
    m.ledger.warp(40 * 86_400)
    m.run("trading", "close_trade_record", payer=m.gateway, trade_record=m.trade(0, 1))


def later_orders(m: FoundedMarket, sell: dict[str, Any], home: dict[str, Any]) -> None:
    """Orders under a certificate that nobody buys: one is taken back, one expires."""
    later = m.epoch(EPOCH + 1)
    m.prepare("trading", "open_epoch", payer=m.gateway, epoch=later, index=EPOCH + 1)
    for order_id in (5, 6):
        m.prepare("trading", "create_sell_order", order_id=order_id, **{**sell, "epoch": later, "energy_amount": 500})
    m.run("trading", "cancel_order", case="with a certificate", order_id=5, epoch=later, **home)
    m.ledger.set_time((EPOCH + 2) * QUARTER + 90_000)
    del home["owner"]
    m.run("trading", "expire_order", order=m.order(6), **home)


def configure(m: FoundedMarket) -> None:
    deployer, key = m.deployer, m.deployer.pubkey()
    m.run(
        "registry",
        "update_registry_config",
        authority=deployer,
        max_meters_per_user=5,
        open_registration=True,
        building_location="Engineering",
    )
    m.run("oracle", "update_oracle_status", authority=deployer, active=True)
    m.run("oracle", "update_api_gateway", authority=deployer, new_gateway=m.gateway.pubkey())
    m.run(
        "oracle",
        "update_oracle_config",
        authority=deployer,
        config={
            "market_clearing_interval": 900,
            "auto_clearing_enabled": True,
            "ami_endpoint": "ami.campus",
            "max_reading_wh": 1_000_000,
        },
    )
    validator = {"authority": deployer, "rec_validator": m.programs["energy_token"].address("rec_validator", key)}
    m.run("energy_token", "add_rec_validator", payer=deployer, validator_pubkey=key, authority_name="REC", **validator)
    m.run("energy_token", "remove_rec_validator", payer=key, **validator)
    m.run("energy_token", "set_rec_cosign", authority=deployer, require_rec_cosign=False)
    m.run("trading", "update_market_params", authority=deployer, market_fee_bps=25, clearing_enabled=True)
    m.run(
        "trading",
        "update_market_config",
        authority=deployer,
        config={
            "matcher": Pubkey.default(),
            "epoch_length": QUARTER,
            "max_orders_per_user": 50,
            "min_order_wh": 100,
            "require_erc": False,
            "price_floor": GRID_FLOOR,
            "price_tick": GRID_TICK,
            "settlement_window": 86_400,
            "price_weight_bps": 0,
        },
    )
    for program in ("registry", "oracle", "energy_token", "trading"):
        m.run(program, "set_authority", authority=deployer, new_authority=key)


def govern(m: FoundedMarket) -> None:
    deployer, rec, run = m.deployer, m.rec, m.run
    certificate = certificate_of(m)
    run("governance", "update_governance_config", authority=deployer, erc_validation_enabled=True)
    run("governance", "update_authority_info", authority=deployer, contact_info="rec@campus")
    run("governance", "update_erc_limits", authority=deployer, min_energy=100, max_erc=1_000_000, validity_period=1_000)
    run(
        "governance",
        "update_parameters",
        authority=deployer,
        parameters={
            "auto_revoke_expired": True,
            "require_oracle_validation": False,
            "delegation_enabled": False,
            "oracle_authority": None,
            "min_oracle_confidence": 80,
            "allow_certificate_transfers": True,
            "campus_network": "Campus",
        },
    )
    given = {"owner": m.seller, "erc_certificate": certificate, "new_user_account": m.user(m.seller)}
    run("governance", "transfer_erc", **given, new_owner=m.seller.pubkey())
    run("governance", "emergency_pause", authority=rec, reason="drill")
    run("governance", "emergency_unpause", authority=rec)
    run("governance", "set_maintenance_mode", authority=deployer, maintenance_enabled=False)
    run("governance", "get_governance_stats")
    run("governance", "propose_authority", authority=rec, role="Rec", new_authority=rec.pubkey())
    run("governance", "withdraw_authority", authority=rec, role="Rec")
    m.prepare("governance", "propose_authority", authority=rec, role="Rec", new_authority=rec.pubkey())
    run("governance", "accept_authority", new_authority=rec, role="Rec")
    programs = m.programs
    run(
        "governance",
        "manage_authorities",
        authority=deployer,
        program=programs["registry"].id,
        state=programs["registry"].address("registry"),
        new_authority=deployer.pubkey(),
    )
    upgrade(m)
    m.ledger.warp(400 * 86_400)
    run("governance", "expire_erc", erc_certificate=certificate)
    run("governance", "revoke_erc", authority=rec, erc_certificate=certificate, reason="superseded")


def upgrade(m: FoundedMarket) -> None:
    """The registry gets its own code anew, by governance, and then another upgrade authority."""
    registry, governance = m.programs["registry"], m.programs["governance"]
    home = Pubkey.find_program_address([bytes(registry.id)], LOADER)[0]
    signature = governance.address("upgrade_authority")
    stored = m.ledger.account(home)
    assert stored is not None
    header, code = bytes(stored.data[:13]), bytes(stored.data[45:])
    m.ledger.set_account(home, data=header + bytes(signature) + code, owner=LOADER)
    buffer = m.ledger.key().pubkey()
    m.ledger.set_account(buffer, data=(1).to_bytes(4, "little") + b"\1" + bytes(signature) + code, owner=LOADER)
    m.prepare("governance", "set_maintenance_mode", authority=m.deployer, maintenance_enabled=True)
    program = {"authority": m.deployer, "program": registry.id, "program_data": home}
    m.ledger.warp(60)
    m.run("governance", "upgrade_program", **program, buffer=buffer, spill=m.deployer.pubkey())
    m.run("governance", "set_upgrade_authority", **program, new_authority=m.deployer.pubkey())
    m.prepare("governance", "set_maintenance_mode", authority=m.deployer, maintenance_enabled=False)


def measure() -> dict[str, int]:
    """Compute units of every instruction, CPIs included, by `program.instruction`; sorted by name.

    Those that only another program may call are parts of their callers' figures, and are told on their own as well.
    """
    artifacts = Compiler().build(find_project(ROOT).programs())
    measured = _run(artifacts, 0)
    nothing = Ledger(engine="vm").deploy_text(NOTHING, name="nothing").call("do_nothing")
    measured["an instruction without accounts"] = nothing.compute_units
    return dict(sorted(measured.items()))


def over_bumps(variants: int) -> dict[str, tuple[int, int, int]]:
    """Minimum, mean (rounded) and maximum of each instruction over so many sets of keys, by name.

    An address that is derived from a key is found after a number of misses that depends on the key: one of two hashes
    gives an address.
    """
    artifacts = Compiler().build(find_project(ROOT).programs())
    runs = [_run(artifacts, variant) for variant in range(variants)]
    figures = {name: [run[name] for run in runs] for name in sorted(runs[0])}
    return {name: (min(all_), round(sum(all_) / len(all_)), max(all_)) for name, all_ in figures.items()}


def traded() -> FoundedMarket:
    """A market, paid in GRID, on which orders were made, cleared and settled."""
    market = FoundedMarket(Compiler().build(find_project(ROOT).programs()), pays_in_credits=False)
    for phase in (initialize, register, read_and_mint, certify, trade):
        phase(market)
    return market


def _run(artifacts: list[Artifacts], variant: int) -> dict[str, int]:
    market = FoundedMarket(artifacts, variant=variant)
    by_default = FoundedMarket(artifacts, pays_in_credits=False, variant=variant)
    for phase in (initialize, register, read_and_mint, certify, trade, configure, govern):
        phase(market)
        if phase not in (configure, govern):
            phase(by_default)
    for name in ("trading.initialize_market", "trading.match_orders"):
        market.measured[f"{name}, with a payment token"] = market.measured[name]
        market.measured[name] = by_default.measured[name]
    return market.measured
