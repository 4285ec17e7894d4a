"""Steps of governance: the emergency pause, maintenance, certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solders.pubkey import Pubkey
from tests.market.e2e.stateful.chain_and_model import ChainAndModel
from tests.market.e2e.stateful.model import YEAR
from tests.market.e2e.stateful.vm import key_of


class GovernanceSteps(ChainAndModel):
    """What authorities do, and what owners do with their certificates."""

    # --- pause and maintenance ---

    def pause(self, on: bool) -> None:
        args = ("drill",) if on else ()
        name = "emergency_pause" if on else "emergency_unpause"
        rec = key_of("rec")
        self.act(lambda: self.model.pause(on), "governance", name, *args, by=("authority",), authority=rec)

    def maintain(self, on: bool) -> None:
        self.act(
            lambda: self.model.set_maintenance(on),
            "governance",
            "set_maintenance_mode",
            on,
            by=("authority",),
            authority=key_of("deployer"),
        )

    # --- certificates ---

    def issue(self, name: str, meter: str, energy: int) -> None:
        owner = self.model.meters[meter].owner
        self.act(
            lambda: self.model.issue(name, meter, energy),
            "governance",
            "issue_erc",
            name,
            energy,
            "Wind" if self.model.meters[meter].kind == "Wind" else "Solar",
            "data",
            by=("authority", "payer"),
            authority=key_of("rec"),
            payer=key_of("rec"),
            oracle_authority=None,
            meter_account=self.meter_key(meter),
            user_account=self.user_key(owner),
            erc_certificate=self.certificate_key(name),
        )

    def holder(self, name: str) -> str:
        found = self.model.certificates.get(name)
        return "alice" if found is None else found.owner

    def certificate_act(
        self, name: str, instruction: str, expected: Callable[[], None], *args: Any, **signers: Pubkey
    ) -> None:
        self.act(
            expected,
            "governance",
            instruction,
            *args,
            by=tuple(signers),
            erc_certificate=self.certificate_key(name),
            **({"user_account": self.user_key(self.holder(name))} if instruction.startswith("validate") else {}),
            **signers,
        )

    def validate(self, name: str) -> None:
        keys = {"owner": key_of(self.holder(name)), "authority": key_of("rec")}
        self.certificate_act(name, "validate_erc_for_trading", lambda: self.model.validate(name), **keys)

    def retire(self, name: str, amount: int) -> None:
        owner = key_of(self.holder(name))
        self.certificate_act(
            name, "retire_erc", lambda: self.model.retire(name, amount), amount, key_of("somebody"), owner=owner
        )

    def revoke(self, name: str) -> None:
        self.certificate_act(name, "revoke_erc", lambda: self.model.revoke(name), "a reason", authority=key_of("rec"))

    def expire_certificate(self, name: str, late: bool) -> None:
        """`late`: after its time has come."""
        if late:
            self.wait(YEAR + 1)
        self.certificate_act(name, "expire_erc", lambda: self.model.expire_certificate(name))
