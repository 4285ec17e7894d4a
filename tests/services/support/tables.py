"""That every table equals the accounts, row by row and field by field."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.read import fetch_all
from gridtokenx.market.records import (
    Epoch,
    ErcCertificate,
    MeterAccount,
    Order,
    TradeRecord,
    TradingAccount,
    UserAccount,
)
from gridtokenx.services.database.account_tables import (
    CertificateRow,
    EpochRow,
    MeterRow,
    OrderRow,
    TraderRow,
    UserRow,
)
from gridtokenx.services.database.chain_tables import Trade
from gridtokenx.services.database.engine import Database
from gridtokenx.services.indexer.accounts import MAKERS, Standing

PAIRS: list[tuple[Any, Any]] = [
    (UserAccount, UserRow),
    (MeterAccount, MeterRow),
    (ErcCertificate, CertificateRow),
    (TradingAccount, TraderRow),
    (Order, OrderRow),
    (Epoch, EpochRow),
]
OF_THE_ROW = {"slot", "cleared_at", "made_in"}
"""What is the row's own, and not the account's."""


def content(row: Any) -> dict[str, Any]:
    columns = [c.key for c in inspect(type(row)).columns]
    return {name: getattr(row, name) for name in columns if name not in OF_THE_ROW}


async def differences(client: Client, database: Database) -> list[str]:
    """What tables and accounts do not agree on, in words."""
    found: list[str] = []
    async with database.read() as session:
        for kind, table in PAIRS:
            accounts = await fetch_all(client, kind)
            wanted = [content(MAKERS[kind.__name__](Standing(str(k), 0, r), r)) for k, r in accounts.items()]
            rows = [content(row) for row in (await session.scalars(select(table).where(~table.closed))).all()]
            found += [f"{kind.__name__}: no row {one}" for one in wanted if one not in rows]
            found += [f"{kind.__name__}: row without account {one}" for one in rows if one not in wanted]
        records = await fetch_all(client, TradeRecord)
        trades = {row.address: row for row in (await session.scalars(select(Trade))).all()}
        for key, record in records.items():
            row = trades.get(str(key))
            told = None if row is None else (row.amount_wh, row.price_per_kwh, row.sell_sequence, row.buy_sequence)
            if told != (record.amount, record.price_per_kwh, record.sell_sequence, record.buy_sequence):
                found.append(f"trade {key}: {told}")
    return found
