"""What one market can do, reckoned from measured costs and lock sets, with a simulation of blocks.

Run as `.venv-localnet/bin/python -m bench.scale`; writes docs/scale.md. Costs are those of Agave's cost model, which
localnet has too: 720 units a signature, 300 a write lock, a quarter of the data's bytes, 8 for each 32 KiB of loaded
accounts, and the compute units that `bench.scenario` measures.
"""

import random
from dataclasses import dataclass

from rich.console import Console
from solders.pubkey import Pubkey

from bench.scenario import LOADER, ROOT, FoundedMarket, traded
from bench.tables import markdown, shown
from solana_localnet.chain.metering.cost import (
    ACCOUNT_OVERHEAD,
    DATA_BYTES_PER_UNIT,
    PAGE_BYTES,
    PAGE_COST,
    SIGNATURE_COST,
    WRITE_LOCK_COST,
)

DOCUMENT = ROOT / "docs" / "scale.md"
BLOCK_LIMIT = 100_000_000
ACCOUNT_LIMITS = (12_000_000, 24_000_000, 40_000_000, 100_000_000)
BLOCKS_A_SECOND = 2.5
BASE_FEE = 5_000  # lamports a signature
BATCH = 11  # readings in a transaction, as the client sends them
METERS, READINGS_A_DAY, DAY = 1_000_000, 96, 86_400
# Accounts that every user's transactions of a kind write; all others that they write are the user's or the order's own.
SHARED = ("oracle_data", "token_info", "mint", "market", "epoch", "epoch_account", "energy_vault", "payment_vault")
# What happens for 100 readings: as many transactions of each kind.
MIX = {"reading": 9, "sell": 2, "buy": 2, "match": 2}
ZONES = (1, 2, 4, 8, 16)
SIMULATED_BLOCKS = 10
TITLES = ("transaction", "compute units", "cost units", "write locks", "shared accounts that it writes")
RATE_TITLES = ("what", *(f"{limit // 10**6} M" for limit in ACCOUNT_LIMITS))
FEE_TITLES = ("readings in a transaction", "transactions a day", "SOL a day", "of all blocks")
ZONE_TITLES = ("zones", "readings a second", "orders a second", "trades a second", "of the block")
LEFT = ("transaction", "what", "shared accounts that it writes", "zones", "readings in a transaction")


@dataclass(frozen=True)
class TransactionShape:
    """One kind of transaction. `items`: how often its instruction is in it; `loaded`: bytes of accounts."""

    units: int
    items: int
    data: int
    shared: tuple[str, ...]
    own: int
    loaded: int

    @property
    def locks(self) -> int:
        """Write locks, with that of the payer."""
        return 1 + len(self.shared) + self.own

    @property
    def cost(self) -> int:
        """What the transaction takes of a block's limit, and of the limit of each account that it writes."""
        pages = -(-self.loaded // PAGE_BYTES) * PAGE_COST
        return SIGNATURE_COST + WRITE_LOCK_COST * self.locks + self.data // DATA_BYTES_PER_UNIT + pages + self.units


def shape(market: FoundedMarket, name: str, items: int = 1) -> TransactionShape:
    """The transaction with an instruction of the scenario, so many times for other users."""
    instruction, cu = market.samples[name], market.measured[name]
    program, _, called = name.partition(".")
    names = [a["name"] for a in market.programs[program].instructions[called]["accounts"]]
    writes = [n for n, meta in zip(names, instruction.accounts, strict=True) if meta.is_writable and n != "payer"]
    shared = tuple(n for n in writes if n in SHARED)
    own_keys = {m.pubkey for n, m in zip(names, instruction.accounts, strict=True) if n in writes and n not in SHARED}
    keys = {m.pubkey for m in instruction.accounts} | {instruction.program_id}
    own, rest = _bytes(market, own_keys), _bytes(market, keys - own_keys)
    return TransactionShape(
        cu * items, items, len(instruction.data) * items, shared, len(own_keys) * items, own * items + rest
    )


def _bytes(market: FoundedMarket, keys: set[Pubkey]) -> int:
    """What accounts count when they are loaded, programs with their code."""
    total = 0
    for key in keys:
        found = market.ledger.account(key)
        size = 0 if found is None else len(found.data)
        if found is not None and found.executable and found.owner == LOADER:
            code = market.ledger.account(Pubkey.find_program_address([bytes(key)], LOADER)[0])
            size += ACCOUNT_OVERHEAD + (0 if code is None else len(code.data))
        total += ACCOUNT_OVERHEAD + size
    return total


def shapes(market: FoundedMarket) -> dict[str, TransactionShape]:
    return {
        "reading": shape(market, "oracle.submit_meter_reading", BATCH),
        "single reading": shape(market, "oracle.submit_meter_reading"),
        "reading that mints": shape(market, "oracle.process_energy_data"),
        "sell": shape(market, "trading.create_sell_order"),
        "buy": shape(market, "trading.create_buy_order"),
        "match": shape(market, "trading.match_orders"),
    }


SPELLED = {
    "reading": f"{BATCH} readings",
    "single reading": "one reading",
    "reading that mints": "one reading that mints",
    "sell": "a sell order",
    "buy": "a buy order",
    "match": "a trade, settled",
}


def cost_rows(found: dict[str, TransactionShape]) -> list[list[str]]:
    return [
        [SPELLED[kind], f"{s.units:,}", f"{s.cost:,}", str(s.locks), ", ".join(s.shared)] for kind, s in found.items()
    ]


def a_second(s: TransactionShape, limit: int) -> float:
    """How many of its items one shared account, or the block, allows in a second."""
    return min(limit, BLOCK_LIMIT) // s.cost * s.items * BLOCKS_A_SECOND


def rate_rows(found: dict[str, TransactionShape]) -> list[list[str]]:
    what = {
        "reading": f"readings, in batches of {BATCH} (one oracle account)",
        "single reading": "readings, one by one",
        "reading that mints": "readings that mint (one oracle account, one mint)",
        "sell": "sell orders (one market account, one vault)",
        "match": "trades (one market account, one vault)",
    }
    return [[told, *(f"{a_second(found[k], n):,.0f}" for n in ACCOUNT_LIMITS)] for k, told in what.items()]


def fee_rows(found: dict[str, TransactionShape]) -> list[list[str]]:
    rows: list[list[str]] = []
    for kind in ("single reading", "reading"):
        s = found[kind]
        count = -(-METERS * READINGS_A_DAY // s.items)
        share = count * s.cost / (BLOCK_LIMIT * BLOCKS_A_SECOND * DAY)
        rows.append([str(s.items), f"{count:,}", f"{count * BASE_FEE / 10**9:,.1f}", f"{100 * share:.1f} %"])
    return rows


@dataclass
class Packed:
    """What blocks took. `used`: cost units of all; `fullest`: the largest share of an account's limit."""

    items: dict[str, int]
    used: int
    fullest: float


def pack(found: dict[str, TransactionShape], zones: int, account_limit: int, blocks: int = SIMULATED_BLOCKS) -> Packed:
    """Fill blocks with transactions of all zones, in the order in which they come; what finds an account or the block
    full is left out. Each zone has accounts of its own where one zone shares them.
    """
    draw = random.Random(zones)
    kinds, weights = list(MIX), list(MIX.values())
    items = dict.fromkeys(kinds, 0)
    total, fullest = 0, 0.0
    for _ in range(blocks):
        used, held = 0, dict[tuple[int, str], int]()
        refused = 0
        while refused < 2_000:
            kind, zone = draw.choices(kinds, weights)[0], draw.randrange(zones)
            s = found[kind]
            locks = [(zone, name) for name in s.shared]
            if used + s.cost > BLOCK_LIMIT or any(held.get(k, 0) + s.cost > account_limit for k in locks):
                refused += 1
                continue
            used += s.cost
            for key in locks:
                held[key] = held.get(key, 0) + s.cost
            items[kind] += s.items
        total += used
        fullest = max(fullest, max(held.values()) / account_limit)
    return Packed(items, total, fullest)


def zone_rows(found: dict[str, TransactionShape], account_limit: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for zones in ZONES:
        packed = pack(found, zones, account_limit)
        seconds = SIMULATED_BLOCKS / BLOCKS_A_SECOND
        rate = {kind: n / seconds for kind, n in packed.items.items()}
        orders = rate["sell"] + rate["buy"]
        share = 100 * packed.used / (BLOCK_LIMIT * SIMULATED_BLOCKS)
        rows.append(
            [str(zones), f"{rate['reading']:,.0f}", f"{orders:,.0f}", f"{rate['match']:,.0f}", f"{share:.0f} %"]
        )
    return rows


def document(found: dict[str, TransactionShape]) -> str:
    """docs/scale.md."""
    return "\n".join(
        [
            "<!-- Generated by bench/scale.py (`python -m bench.scale`); do not edit. -->",
            "# Scale",
            "",
            "Limits of one market on a cluster. A block takes 100 M cost units, 2.5 blocks a second. All transactions",
            "of a block that write one account may together take 12, 24 or 40 M, by cluster and year; 100 M is no",
            "limit of its own. Costs are measured (compute units of `make bench`, write locks and loaded bytes of the",
            "same transactions) and follow Agave's cost model.",
            "",
            *markdown(TITLES, cost_rows(found), LEFT),
            "",
            "## One market, one vault, one oracle account",
            "",
            "Items a second that one shared account allows, by the limit of an account:",
            "",
            *markdown(RATE_TITLES, rate_rows(found), LEFT),
            "",
            "A batch of readings saves signatures and locks: what is left is the work itself.",
            "",
            "## A million meters",
            "",
            f"{READINGS_A_DAY} readings a day and meter; {BASE_FEE:,} lamports a signature, no priority fee.",
            "",
            *markdown(FEE_TITLES, fee_rows(found), LEFT),
            "",
            "## When one market is not enough",
            "",
            "Orders and trades of one market write its account, the quarter-hour and the vaults; readings write the",
            "oracle's account. Markets by zone share none of them: each zone has its own `oracle` and `trading`",
            "program (two deployments, under ids of their own), and prices are local, as the grid's bottlenecks are.",
            "Users, meters, certificates and the GRID token stay the same for all zones: a reading or an order only",
            "reads those accounts, apart from the user's own. Zones do not divide minting: it writes the one",
            f"mint, {a_second(found['reading that mints'], ACCOUNT_LIMITS[0]):,.0f} times a second at 12 M, so mints",
            "are made for a day's or a month's generation, not for each reading.",
            "",
            f"A simulation of {SIMULATED_BLOCKS} blocks: transactions of all zones come in random order, for 100",
            f"readings {MIX['sell'] + MIX['buy']} orders and {MIX['match']} trades; one that finds an account or the",
            "block full waits. Limit of an account: 12 M, then 40 M.",
            "",
            *markdown(ZONE_TITLES, zone_rows(found, ACCOUNT_LIMITS[0]), LEFT),
            "",
            *markdown(ZONE_TITLES, zone_rows(found, ACCOUNT_LIMITS[2]), LEFT),
            "",
            "Once the block is full, zones help no more; the rest is a question of blocks.",
            "",
        ]
    )


def main() -> None:
    found = shapes(traded())
    console = Console(width=140)
    console.print(shown("transactions", TITLES, cost_rows(found), LEFT))
    console.print(shown("a second, by the limit of an account", RATE_TITLES, rate_rows(found), LEFT))
    console.print(shown("a million meters", FEE_TITLES, fee_rows(found), LEFT))
    for limit in (ACCOUNT_LIMITS[0], ACCOUNT_LIMITS[2]):
        console.print(shown(f"zones, {limit // 10**6} M an account", ZONE_TITLES, zone_rows(found, limit), LEFT))
    DOCUMENT.write_text(document(found), encoding="utf-8")


if __name__ == "__main__":
    main()
