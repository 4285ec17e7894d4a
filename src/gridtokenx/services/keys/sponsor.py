"""Limits of the sponsor's losses: for a transaction, a user, a day. The sponsor records each loss before it signs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.chain.files.release import account_sizes
from gridtokenx.chain.interface.addresses import ASSOCIATED_TOKEN_PROGRAM
from gridtokenx.services.database.service_tables import SponsorLedger
from gridtokenx.services.keys.allowlist import SPONSOR, Allowlist, instructions_of

LAMPORTS_PER_SIGNATURE = 5_000
TOKEN_ACCOUNT_BYTES = 165
DAY = 86_400
MADE = {
    "registry.register_user": "UserAccount",
    "registry.register_meter": "MeterAccount",
    "trading.open_trading_account": "TradingAccount",
    "trading.create_sell_order": "Order",
    "trading.create_buy_order": "Order",
}
"""What each instruction makes for the payer's rent."""


class SponsorDeclines(GridTokenXError):
    """The sponsor has lent this user, or everybody, as much as it may today."""


@dataclass
class Sponsor:
    """The key that pays for users, with its limits."""

    client: Client
    keypair: Keypair
    user_daily: int
    daily: int

    @property
    def key(self) -> Pubkey:
        """Its address."""
        return self.keypair.pubkey()

    def check(self, message: Message) -> None:
        """Raises NotAllowed for a message that the sponsor must not sign."""
        signers = message.account_keys[: message.header.num_required_signatures]
        allowed = Allowlist(self.key, "sponsor", self.client.programs, SPONSOR, token_accounts=True)
        allowed.check(instructions_of(message), signers)

    async def most(self, message: Message) -> int:
        """The most that a message can cost the sponsor, lamports: signatures, and the rent of all that may be made.

        The limit also counts accounts that exist already, and those whose rent comes back: the chain may change until
        the transaction lands.
        """
        total = LAMPORTS_PER_SIGNATURE * message.header.num_required_signatures
        for instruction in instructions_of(message):
            total += await self._rent(instruction)
        return total

    async def _rent(self, instruction: Instruction) -> int:
        if instruction.program_id == ASSOCIATED_TOKEN_PROGRAM:
            return await self._rent_of(TOKEN_ACCOUNT_BYTES)
        program = self.client.programs.by_id(instruction.program_id)
        name = None if program is None else program.instruction_name(bytes(instruction.data))
        made = None if program is None else MADE.get(f"{program.name}.{name}")
        return 0 if made is None else await self._rent_of(account_sizes()[made])

    async def _rent_of(self, size: int) -> int:
        return (await self.client.connection.get_minimum_balance_for_rent_exemption(size)).value

    async def promise(self, session: AsyncSession, prepared_id: str, wallet: str, lamports: int) -> None:
        """Writes a loss down before it can happen. Raises SponsorDeclines when it would be too much."""
        now = int(time.time())
        lost = func.coalesce(SponsorLedger.spent, SponsorLedger.promised)
        today = SponsorLedger.created_at > now - DAY
        own = await session.scalar(select(func.sum(lost)).where(today, SponsorLedger.wallet == wallet)) or 0
        every = await session.scalar(select(func.sum(lost)).where(today)) or 0
        if int(own) + lamports > self.user_daily:
            raise SponsorDeclines("you have used what the sponsor lends a user in 24 hours; pay the fee yourself")
        if int(every) + lamports > self.daily:
            raise SponsorDeclines("the sponsor has lent all that it may today; pay the fee yourself")
        session.add(
            SponsorLedger(prepared_id=prepared_id, wallet=wallet, promised=lamports, spent=None, created_at=now)
        )

    async def settle(self, session: AsyncSession, prepared_id: str, spent: int) -> None:
        """Writes down what a transaction cost in fact."""
        row = await session.get(SponsorLedger, prepared_id)
        if row is not None:
            row.spent = spent


async def spent_by(client: Client, signature: str, key: Pubkey) -> int:
    """The lamports that a landed transaction cost an account; never less than 0."""
    answer = await client.call(
        "getTransaction",
        signature,
        {"encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 0},
    )
    if answer is None:
        return 0
    keys: Sequence[str] = answer["transaction"]["message"]["accountKeys"]
    if str(key) not in keys:
        return 0
    at = list(keys).index(str(key))
    return max(0, answer["meta"]["preBalances"][at] - answer["meta"]["postBalances"][at])
