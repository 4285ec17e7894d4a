"""Roles of wallets: the API reads them from the chain and keeps them for a slot, so that no table of roles can go
stale."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.read import decoded, fetch
from gridtokenx.market.records import Market, OracleData, PoAConfig, Registry, TokenInfo, UserAccount, UserStatus

SLOT_SECONDS = 0.4
OFFICES = ("rec", "engineering", "registry", "oracle", "trading", "token")
MOST_KEPT = 5_000


@dataclass
class ChainRoles:
    """Offices and members, as the chain says."""

    client: Client
    _offices: tuple[float, dict[str, str]] = (float("-inf"), {})
    _members: dict[str, tuple[float, UserAccount | None]] = field(
        default_factory=dict[str, tuple[float, UserAccount | None]]
    )

    async def offices(self) -> dict[str, str]:
        """The wallet of each office; also the gateway's."""
        now = time.monotonic()
        if now - self._offices[0] > SLOT_SECONDS:
            at, client = self.client.addresses, self.client
            keys = [at.poa_config, at.registry, at.oracle_data, at.market, at.token_info]
            found = await client.raw_accounts(keys)
            told: dict[str, Pubkey] = {}
            if (poa := decoded(PoAConfig, found[0])) is not None:
                told |= {"rec": poa.authority, "engineering": poa.engineering_authority}
            if (registry := decoded(Registry, found[1])) is not None:
                told["registry"] = registry.authority
            if (oracle := decoded(OracleData, found[2])) is not None:
                told |= {"oracle": oracle.authority, "gateway": oracle.api_gateway}
            if (market := decoded(Market, found[3])) is not None:
                told["trading"] = market.authority
            if (token := decoded(TokenInfo, found[4])) is not None:
                told["token"] = token.authority
            self._offices = (now, {name: str(key) for name, key in told.items()})
        return self._offices[1]

    async def member(self, wallet: str) -> UserAccount | None:
        """The user account of a wallet. Only one that is there is kept: who registers is a user at once."""
        now = time.monotonic()
        known = self._members.get(wallet)
        if known is None or known[1] is None or now - known[0] > SLOT_SECONDS:
            if len(self._members) > MOST_KEPT:
                self._members.clear()
            found = await fetch(self.client, UserAccount, self.client.addresses.user(Pubkey.from_string(wallet)))
            known = (now, found)
            self._members[wallet] = known
        return known[1]

    async def of(self, wallet: str) -> set[str]:
        """Every role of a wallet: its offices (who has one is an operator, too), user, its type, active."""
        roles = {name for name, key in (await self.offices()).items() if key == wallet}
        if roles & set(OFFICES):
            roles.add("operator")
        member = await self.member(wallet)
        if member is not None:
            roles |= {"user", str(member.user_type).lower()}
            if member.status is UserStatus.ACTIVE:
                roles.add("active")
        return roles
