"""One transaction becomes rows: told from its instructions, which no full log can hide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.history.landed import Landed, LandedInstruction
from gridtokenx.chain.interface.addresses import TOKEN_PROGRAM
from gridtokenx.services.database.chain_tables import ChainEvent, GovernanceLog, GridMovement, ReadingRow
from gridtokenx.services.indexer.jsonable import jsonable

READINGS = ("submit_meter_reading", "process_energy_data")
MINTS, BURNS, BATCH = (7, 14), (8, 15), 255
"""The token program's instructions: MintTo and MintToChecked, Burn and BurnChecked, and p-token's batch."""
AUTHORITIES = ("authority", "deployer", "new_authority")
"""Accounts whose signature makes an instruction an act of office."""


@dataclass(frozen=True, slots=True)
class Creation:
    """An order that was made; `sequence` is the account's to tell."""

    address: str
    order_id: int
    side: str
    owner: str
    amount: int
    price: int
    epoch: str
    certificate: str | None
    payer: str
    made_at: int
    made_in: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A trade that was made, and its event, unless that was cut off."""

    record: str
    sell_order: str
    buy_order: str
    event: dict[str, Any] | None


@dataclass
class Rows:
    """The rows of one transaction. Events have no `seq` yet."""

    landed: Landed
    events: list[ChainEvent] = field(default_factory=list[ChainEvent])
    readings: list[ReadingRow] = field(default_factory=list[ReadingRow])
    movements: list[GridMovement] = field(default_factory=list[GridMovement])
    acts: list[GovernanceLog] = field(default_factory=list[GovernanceLog])
    creations: list[Creation] = field(default_factory=list[Creation])
    matches: list[Matched] = field(default_factory=list[Matched])


def rows_of(client: Client, landed: Landed) -> Rows:
    """The rows of a transaction; none but its own for one that failed."""
    rows = Rows(landed)
    if landed.error is not None:
        return rows
    for ordinal, event in enumerate(landed.events):
        rows.events.append(
            ChainEvent(
                signature=landed.signature,
                ordinal=ordinal,
                slot=landed.slot,
                block_time=landed.block_time,
                program=event.program,
                name=event.name,
                fields=jsonable(event.fields),
                retracted=False,
            )
        )
    matched = [event.fields for event in landed.events if event.name == "OrderMatched"]
    for ordinal, instruction in enumerate(landed.instructions):
        _take(client, rows, ordinal, instruction, matched)
    return rows


def _take(
    client: Client, rows: Rows, ordinal: int, instruction: LandedInstruction, matched: list[dict[str, Any]]
) -> None:
    landed = rows.landed
    if instruction.program == TOKEN_PROGRAM:
        for place, (kind, account, amount) in enumerate(movements(instruction, client.addresses.energy_mint)):
            rows.movements.append(
                GridMovement(
                    signature=landed.signature,
                    ordinal=ordinal * 256 + place,
                    slot=landed.slot,
                    block_time=landed.block_time,
                    kind=kind,
                    account=str(account),
                    amount=amount,
                )
            )
        return
    program = client.programs.by_id(instruction.program)
    name = None if program is None else program.instruction_name(instruction.data)
    if program is None or name is None:
        return
    arguments = program.decode_arguments(instruction.data)
    accounts = dict(zip(program.account_names(name), instruction.accounts, strict=False))
    if program.name == "oracle" and name in READINGS:
        rows.readings.append(
            ReadingRow(
                meter_id=arguments["meter_id"],
                timestamp=arguments["timestamp"],
                generated_wh=arguments["produced"],
                consumed_wh=arguments["consumed"],
                signature=landed.signature,
                ordinal=ordinal,
                slot=landed.slot,
            )
        )
    elif program.name == "trading" and name in ("create_sell_order", "create_buy_order"):
        rows.creations.append(_creation(landed, ordinal, name, accounts, arguments))
    elif program.name == "trading" and name == "match_orders":
        record, sell, buy = (str(accounts[key]) for key in ("trade_record", "sell_order", "buy_order"))
        event = next((e for e in matched if (str(e["sell_order"]), str(e["buy_order"])) == (sell, buy)), None)
        rows.matches.append(Matched(record, sell, buy, event))
    elif act := next((accounts[key] for key in AUTHORITIES if key in accounts), None):
        rows.acts.append(
            GovernanceLog(
                signature=landed.signature,
                ordinal=ordinal,
                slot=landed.slot,
                block_time=landed.block_time,
                program=program.name,
                instruction=name,
                authority=str(act),
                arguments=jsonable(arguments),
            )
        )


def _creation(
    landed: Landed, ordinal: int, name: str, accounts: dict[str, Pubkey], arguments: dict[str, Any]
) -> Creation:
    program = landed.instructions[ordinal].program
    sells = name == "create_sell_order"
    certificate = accounts.get("erc_certificate")
    return Creation(
        address=str(accounts["order"]),
        order_id=arguments["order_id"],
        side="Sell" if sells else "Buy",
        owner=str(accounts["seller" if sells else "buyer"]),
        amount=arguments["energy_amount"],
        price=arguments["price_per_kwh" if sells else "max_price_per_kwh"],
        epoch=str(accounts["epoch"]),
        # Anchor spells an absent account as the program's own address.
        certificate=None if certificate is None or certificate == program else str(certificate),
        payer=str(accounts["payer"]),
        made_at=landed.block_time or 0,
        made_in=f"{landed.signature}:{ordinal}",
    )


def movements(instruction: LandedInstruction, mint: Pubkey) -> Iterator[tuple[str, Pubkey, int]]:
    """The amount that an instruction of the token program mints or burns of a mint: kind, token account, base units."""
    yield from _movements(instruction.data, instruction.accounts, mint)


def _movements(data: bytes, accounts: tuple[Pubkey, ...], mint: Pubkey) -> Iterator[tuple[str, Pubkey, int]]:
    if not data:
        return
    if data[0] == BATCH:
        at, used = 1, 0
        while at + 2 <= len(data):
            count, size = data[at], data[at + 1]
            yield from _movements(data[at + 2 : at + 2 + size], accounts[used : used + count], mint)
            at, used = at + 2 + size, used + count
        return
    amount = int.from_bytes(data[1:9], "little")
    if data[0] in MINTS and accounts[0] == mint:
        yield "mint", accounts[1], amount
    elif data[0] in BURNS and len(accounts) > 1 and accounts[1] == mint:
        yield "burn", accounts[0], amount
