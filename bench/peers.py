"""What the market's instructions are measured against: GridTokenX's own Anchor programs, and our targets.

Peer figures: BENCHMARKS.md (2026-07) of the Anchor programs (Anchor 1.0, LiteSVM, default features), compute units.
Their order and match instructions move no tokens; ours settle in place. Targets include every CPI.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeerProgram:
    """theirs: their instruction; cu: what it takes; target: what ours may take. None: not told."""

    theirs: str
    cu: int | None
    target: int | None


PEERS = {
    "registry.initialize": PeerProgram("registry.initialize", 6_666, 3_000),
    "registry.register_user": PeerProgram("registry.register_user", 15_910, 3_500),
    "registry.register_meter": PeerProgram("registry.register_meter", 20_125, 3_800),
    "registry.update_meter_reading": PeerProgram("registry.update_meter_reading", 7_568, 800),
    "oracle.submit_meter_reading": PeerProgram("oracle.submit_meter_reading, steady", 13_376, 2_350),
    "oracle.trigger_market_clearing": PeerProgram("oracle.trigger_market_clearing", 8_390, None),
    "oracle.initialize": PeerProgram("oracle.initialize", 11_098, 3_200),
    "energy_token.initialize_token": PeerProgram("energy_token.initialize_token", 18_424, 4_500),
    "energy_token.mint_grid_tokens": PeerProgram("energy_token.mint_to_wallet", 13_722, 4_200),
    "oracle.process_energy_data": PeerProgram("registry settle + mint (month run)", 29_410, 7_500),
    "energy_token.transfer_tokens": PeerProgram("energy_token.transfer_tokens", 8_035, 1_500),
    "energy_token.burn_tokens": PeerProgram("energy_token.retire (burn)", 6_537, 1_600),
    "trading.initialize_market": PeerProgram("trading.initialize_market", 8_392, 6_500),
    "trading.create_sell_order": PeerProgram("trading.create_sell_order + deposit", 11_518 + 27_670, 4_700),
    "trading.create_buy_order": PeerProgram("trading.create_buy_order + deposit", 10_464 + 27_670, 4_700),
    "trading.match_orders": PeerProgram("trading.settle_offchain_match", 121_813, 4_900),
    "trading.clear_epoch": PeerProgram("(a counter)", None, 12_000),
    "trading.cancel_order": PeerProgram("trading.cancel_order", 4_469, 2_200),
    "governance.initialize_poa": PeerProgram("governance.initialize_governance", 8_917, 3_500),
    "governance.issue_erc": PeerProgram("governance.issue_erc", 68_000, 5_500),
    "an instruction without accounts": PeerProgram("do_nothing", 769, 60),
}
