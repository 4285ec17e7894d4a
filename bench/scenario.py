"""Executes every instruction of the five programs once, with fixed keys, and tells the compute units of each."""

from pathlib import Path
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.driver.compile import Artifacts, Compiler
from seahorse.driver.project import find_project
from seahorse.testing import Ledger

ROOT = Path(__file__).resolve().parent.parent
START = 1_778_472_000  # a fixed clock: 2026-05-11 04:00 UTC
# Instructions that only another program may call, by a caller in whose logs they are found.
CALLEES = {
    "oracle.submit_meter_reading": "registry.update_meter_reading",
    "energy_token.mint_grid_tokens": "registry.settle_meter_balance",
    "governance.issue_erc": "registry.claim_erc_generation",
    "oracle.process_energy_data": "energy_token.mint_for_generation",
    "oracle.trigger_market_clearing": "trading.open_epoch",
}
NOTHING = """
from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def do_nothing() -> None:
    pass
"""


class Market:
    """The five programs on a ledger, and what was measured on them so far (compute units by `program.instruction`).

    Energy is paid in GRID, the default, which has one vault; or in a token of its own, which has a second one.
    """

    def __init__(self, artifacts: list[Artifacts], *, pays_in_credits: bool = True) -> None:
        self.pays_in_credits = pays_in_credits
        self.ledger = Ledger(engine="vm")
        self.ledger.set_time(START)
        self.programs = {a.name: self.ledger.deploy(a) for a in artifacts}
        self.measured: dict[str, int] = {}
        self.deployer = self.ledger.deployer
        self.gateway, self.rec = self.ledger.signer(), self.ledger.signer()
        self.seller, self.buyer = self.ledger.signer(), self.ledger.signer()
        self.credits = self.ledger.mint(authority=self.deployer, decimals=9)
        self.grid = self.programs["energy_token"].address("mint")

    def run(self, program: str, instruction: str, **given: Any) -> Any:
        """Execute an instruction; the first execution of each is the one that counts. Returns its value."""
        result = self.programs[program].call(instruction, **given)
        self.measured.setdefault(f"{program}.{instruction}", result.compute_units)
        callee = CALLEES.get(f"{program}.{instruction}")
        if callee is not None:
            self.measured.setdefault(callee, self._inner(callee.split(".")[0], result.logs))
        return result.value

    def _inner(self, program: str, logs: list[str]) -> int:
        """What a called program consumed, from the runtime's line `Program ID consumed N of M compute units`."""
        start = f"Program {self.programs[program].id} consumed "
        return next(int(line.removeprefix(start).split()[0]) for line in logs if line.startswith(start))

    def prepare(self, program: str, instruction: str, **given: Any) -> None:
        """Execute without measuring."""
        self.programs[program].call(instruction, **given)

    # --- addresses ---

    def user(self, wallet: Keypair) -> Pubkey:
        return self.programs["registry"].address("user", wallet.pubkey())

    def meter(self, meter_id: str) -> Pubkey:
        return self.programs["registry"].address("meter", meter_id, "")

    def trader(self, wallet: Keypair) -> Pubkey:
        return self.programs["trading"].address("trader", wallet.pubkey())

    def order(self, order_id: int) -> Pubkey:
        return self.programs["trading"].address("order", order_id.to_bytes(8, "little"))

    def vault(self, mint: Pubkey) -> Pubkey:
        return self.programs["trading"].address("vault", mint)


def initialize(m: Market) -> None:
    deployer = m.deployer
    m.run("registry", "initialize", deployer=deployer, authority=deployer.pubkey())
    m.run("oracle", "initialize", deployer=deployer, api_gateway=m.gateway.pubkey())
    m.run("energy_token", "initialize", deployer=deployer)
    m.run("energy_token", "initialize_token", deployer=deployer)
    m.run("trading", "initialize", deployer=deployer)
    terms = {"deployer": deployer, "energy_vault": m.vault(m.grid), "market_fee_bps": 25, "matcher": Pubkey.default()}
    two_vaults = {"payment_mint": m.credits, "payment_vault": m.vault(m.credits)} if m.pays_in_credits else {}
    m.run("trading", "initialize_market", **terms, **{"payment_mint": m.grid, **two_vaults})
    m.run("governance", "initialize_poa", deployer=deployer, authority=m.rec.pubkey())


def register(m: Market) -> None:
    for wallet, kind in ((m.seller, "Prosumer"), (m.buyer, "Consumer")):
        m.run(
            "registry",
            "register_user",
            user_authority=wallet,
            user_account=m.user(wallet),
            user_type=kind,
            affiliation="Student",
            location="Engineering 1",
        )
        m.run("trading", "open_trading_account", user=wallet)
    m.run("registry", "update_user_status", authority=m.deployer, user_account=m.user(m.buyer), new_status="Active")
    m.run("registry", "is_valid_user", user_account=m.user(m.buyer))
    m.run("registry", "verify_user", user_account=m.user(m.buyer))
    meter = {"meter_id": "METER_001", "meter_type": "Solar", "meter_account": m.meter("METER_001")}
    m.run("registry", "register_meter", owner=m.seller, **meter)
    meter = {"meter_id": "METER_002", "meter_type": "Solar", "meter_account": m.meter("METER_002")}
    m.run("registry", "assign_meter", authority=m.deployer, owner=m.seller.pubkey(), **meter)
    status = {"meter_account": m.meter("METER_002"), "new_status": "Active"}
    m.run("registry", "update_meter_status", authority=m.deployer, **status)
    m.run("registry", "remove_meter", authority=m.deployer, owner=m.seller.pubkey(), meter_account=m.meter("METER_002"))
    m.run("registry", "is_valid_meter", meter_account=m.meter("METER_001"))


def read_and_mint(m: Market) -> None:
    seller_grid = m.ledger.token_account(m.grid, m.seller.pubkey())
    reading = {"api_gateway": m.gateway, "meter_account": m.meter("METER_001"), "meter_id": "METER_001"}
    m.prepare("oracle", "submit_meter_reading", produced=5_000, consumed=2_000, timestamp=START - 1_800, **reading)
    m.run("oracle", "submit_meter_reading", produced=5_000, consumed=2_000, timestamp=START - 900, **reading)
    m.run("registry", "get_unsettled_balance", meter_account=m.meter("METER_001"))
    m.run(
        "energy_token",
        "mint_grid_tokens",
        meter_account=m.meter("METER_001"),
        user_token_account=seller_grid,
        meter_owner=m.seller,
    )
    m.run(
        "oracle",
        "process_energy_data",
        produced=9_000,
        consumed=2_000,
        timestamp=START,
        meter_owner=m.seller.pubkey(),
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


def certify(m: Market) -> None:
    certificate = m.programs["governance"].address("erc_certificate", "ERC-2026-001", "")
    m.run(
        "governance",
        "issue_erc",
        authority=m.rec,
        meter_account=m.meter("METER_001"),
        erc_certificate=certificate,
        certificate_id="ERC-2026-001",
        energy_amount=5_000,
        renewable_source="Solar",
        validation_data="REC-CERT-2026-001",
    )
    m.run("governance", "validate_erc_for_trading", authority=m.rec, erc_certificate=certificate)


def trade(m: Market) -> None:
    buyer_grid = m.ledger.token_account(m.grid, m.buyer.pubkey())
    seller_grid = m.ledger.token_account(m.grid, m.seller.pubkey(), 20_000_000_000)
    seller_pay = m.ledger.token_account(m.credits, m.seller.pubkey())
    buyer_pay = m.ledger.token_account(m.credits, m.buyer.pubkey(), 1_000_000_000_000)
    fees = m.ledger.token_account(m.credits, m.deployer.pubkey())
    m.run("oracle", "trigger_market_clearing", api_gateway=m.gateway)
    sell = {
        "seller": m.seller,
        "trading_account": m.trader(m.seller),
        "user_account": m.user(m.seller),
        "seller_token_account": seller_grid,
        "energy_vault": m.vault(m.grid),
        "energy_amount": 2_000,
        "price_per_kwh": 150_000_000,
    }
    buy = {
        "buyer": m.buyer,
        "trading_account": m.trader(m.buyer),
        "user_account": m.user(m.buyer),
        "buyer_token_account": buyer_pay,
        "payment_vault": m.vault(m.credits),
        "energy_amount": 1_500,
        "max_price_per_kwh": 160_000_000,
    }
    m.run("trading", "create_sell_order", order_id=1, **sell)
    m.run("trading", "create_buy_order", order_id=2, **buy)
    m.run("trading", "get_order", order=m.order(1))
    m.run(
        "trading",
        "match_orders",
        matcher=m.gateway,
        sell_order=m.order(1),
        buy_order=m.order(2),
        seller_trading_account=m.trader(m.seller),
        buyer_trading_account=m.trader(m.buyer),
        energy_vault=m.vault(m.grid),
        payment_vault=m.vault(m.credits),
        seller_payment_account=seller_pay,
        buyer_energy_account=buyer_grid,
        buyer_payment_account=buyer_pay,
    )
    home = {"trading_account": m.trader(m.seller), "vault": m.vault(m.grid), "owner_token_account": seller_grid}
    m.run("trading", "cancel_order", owner=m.seller, order_id=1, **home)
    m.run("trading", "close_order", owner=m.buyer, order=m.order(2))
    m.prepare("trading", "create_sell_order", order_id=3, **sell)
    m.ledger.set_time(START + 90_000)
    m.run("trading", "expire_order", order=m.order(3), **home)
    m.run("trading", "withdraw_fees", authority=m.deployer, payment_vault=m.vault(m.credits), fee_token_account=fees)


def configure(m: Market) -> None:
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
        market_clearing_interval=900,
        auto_clearing_enabled=True,
        ami_endpoint="ami.campus",
        max_reading_wh=1_000_000,
    )
    validator = {"authority": deployer, "rec_validator": m.programs["energy_token"].address("rec_validator", key)}
    m.run("energy_token", "add_rec_validator", validator_pubkey=key, authority_name="REC", **validator)
    m.run("energy_token", "remove_rec_validator", **validator)
    m.run("trading", "update_market_params", authority=deployer, market_fee_bps=25, clearing_enabled=True)
    m.run(
        "trading",
        "update_market_config",
        authority=deployer,
        matcher=Pubkey.default(),
        epoch_length=900,
        max_orders_per_user=50,
        require_erc=False,
        order_ttl=86_400,
    )
    for program in ("registry", "oracle", "energy_token", "trading"):
        m.run(program, "set_authority", authority=deployer, new_authority=key)


def govern(m: Market) -> None:
    deployer, rec, run = m.deployer, m.rec, m.run
    certificate = m.programs["governance"].address("erc_certificate", "ERC-2026-001", "")
    run("governance", "update_governance_config", authority=deployer, erc_validation_enabled=True)
    run("governance", "update_authority_info", authority=deployer, contact_info="rec@campus")
    run("governance", "update_erc_limits", authority=deployer, min_energy=100, max_erc=1_000_000, validity_period=1_000)
    run(
        "governance",
        "update_parameters",
        authority=deployer,
        auto_revoke_expired=True,
        require_oracle_validation=False,
        delegation_enabled=False,
        oracle_authority=None,
        min_oracle_confidence=80,
        allow_certificate_transfers=True,
        campus_network="Campus",
    )
    run("governance", "transfer_erc", owner=m.seller, erc_certificate=certificate, new_owner=m.seller.pubkey())
    run("governance", "emergency_pause", authority=rec, reason="drill")
    run("governance", "emergency_unpause", authority=rec)
    run("governance", "set_maintenance_mode", authority=deployer, maintenance_enabled=False)
    run("governance", "get_governance_stats")
    run("governance", "propose_authority", authority=rec, role="Rec", new_authority=rec.pubkey())
    run("governance", "accept_authority", new_authority=rec, role="Rec")
    programs = m.programs
    run(
        "governance",
        "manage_authorities",
        authority=deployer,
        registry_account=programs["registry"].address("registry"),
        token_info=programs["energy_token"].address("token_info"),
        oracle_data=programs["oracle"].address("oracle_data"),
        market=programs["trading"].address("market"),
        new_authority=deployer.pubkey(),
    )
    m.ledger.warp(400 * 86_400)
    run("governance", "expire_erc", erc_certificate=certificate)
    run("governance", "revoke_erc", authority=rec, erc_certificate=certificate, reason="superseded")


def measure() -> dict[str, int]:
    """Compute units of every instruction, CPIs included, by `program.instruction`; sorted by name.

    Those that only another program may call are parts of their callers' figures, and are told on their own as well.
    """
    artifacts = Compiler().build(find_project(ROOT).programs())
    market = Market(artifacts)
    for phase in (initialize, register, read_and_mint, certify, trade, configure, govern):
        phase(market)
    by_default = Market(artifacts, pays_in_credits=False)
    initialize(by_default)
    name = "trading.initialize_market"
    market.measured[f"{name}, with a payment token"] = market.measured[name]
    market.measured[name] = by_default.measured[name]
    nothing = Ledger(engine="vm").deploy_text(NOTHING, name="nothing").call("do_nothing")
    market.measured["an instruction without accounts"] = nothing.compute_units
    return dict(sorted(market.measured.items()))
