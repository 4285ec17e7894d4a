"""Good calls of every instruction, recorded from the life of the market."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey

from bench.scenario import Market, certify, configure, govern, initialize, read_and_mint, register, trade
from seahorse.build.compile import Artifacts
from seahorse.testing import Call
from tests.rust.equality.vector import ABSENT, Meta, Stored, Vector


class Recorder(Market):
    """The market of the benchmark's scenario; every call becomes a vector before it is made."""

    def __init__(self, artifacts: list[Artifacts]) -> None:
        super().__init__(artifacts)
        self.vectors: list[Vector] = []

    def run(self, program: str, instruction: str, **given: Any) -> Any:
        self.record(self.programs[program].prepare(instruction, **given))
        self.record_callees(f"{program}.{instruction}", given)
        return super().run(program, instruction, **given)

    def prepare(self, program: str, instruction: str, **given: Any) -> None:
        self.record(self.programs[program].prepare(instruction, **given))
        super().prepare(program, instruction, **given)

    def record(self, call: Call) -> None:
        """Keep a call with the accounts and the clock as they are now."""
        metas = [Meta(m.pubkey, m.is_signer, m.is_writable) for m in call.instruction.accounts]
        accounts = {m.key: self.stored(m.key) for m in metas}
        clock: Any = self.ledger._engine.clock()  # pyright: ignore[reportPrivateUsage]
        times = (
            clock.slot,
            clock.epoch_start_timestamp,
            clock.epoch,
            clock.leader_schedule_epoch,
            clock.unix_timestamp,
        )
        data = bytes(call.instruction.data)
        self.vectors.append(Vector(str(call), "good", call.program.id, metas, data, accounts, times))

    def stored(self, key: Pubkey) -> Stored:
        found = self.ledger.account(key)
        if found is None:
            return ABSENT
        return Stored(found.owner, found.lamports, bytes(found.data), found.executable)

    def record_callees(self, name: str, given: dict[str, Any]) -> None:
        """The calls that only another program may make, with that program's signature."""
        registry, token, trading = (self.programs[p] for p in ("registry", "energy_token", "trading"))
        match name:
            case "oracle.submit_meter_reading":
                self.record(
                    registry.prepare(
                        "update_meter_reading",
                        oracle_data=self.programs["oracle"].address("oracle_data"),
                        meter_account=given["meter_account"],
                        generated=given["produced"],
                        consumed=given["consumed"],
                        timestamp=given["timestamp"],
                    )
                )
            case "energy_token.mint_grid_tokens":
                accounts = {"meter_account": given["meter_account"], "meter_owner": self.seller.pubkey()}
                info = token.address("token_info")
                self.record(registry.prepare("settle_meter_balance", token_info=info, **accounts))
                oracle = self.programs["oracle"].address("oracle_data")
                receiver = given["user_token_account"]
                self.record(
                    token.prepare("mint_for_generation", oracle_data=oracle, owner_token_account=receiver, **accounts)
                )
            case "governance.issue_erc":
                signer = self.programs["governance"].address("poa_config")
                meter = given["meter_account"]
                self.record(registry.prepare("claim_erc_generation", poa_config=signer, meter_account=meter, amount=1))
            case "oracle.trigger_market_clearing":
                signer = self.programs["oracle"].address("oracle_data")
                self.record(trading.prepare("open_epoch", oracle_data=signer))
            case _:
                pass


def record(artifacts: list[Artifacts]) -> Recorder:
    """The recorded life of the market."""
    recorder = Recorder(artifacts)
    for phase in (initialize, register, read_and_mint, certify, trade, configure, govern):
        phase(recorder)
    return recorder
