"""Good calls of every instruction, recorded from the life of the market."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bench.scenario import Market, certify, configure, govern, initialize, read_and_mint, register, trade
from solders.pubkey import Pubkey
from tests.backends.rust.equality.vector import ABSENT, Meta, Stored, Vector

from seahorse.driver.compile import Artifacts
from seahorse.testing import ProgramCall
from seahorse.testing.codec import type_name_of


class Recorder(Market):
    """The market of the benchmark's scenario; every call becomes a vector before it is made."""

    def __init__(self, artifacts: list[Artifacts]) -> None:
        super().__init__(artifacts)
        self.vectors: list[Vector] = []

    def run(self, program: str, instruction: str, **given: Any) -> Any:
        name = f"{program}.{instruction}"
        self.record(self.programs[program].prepare(instruction, **given))
        self.record_callees(name, given)
        self.record_refusals(name, given)
        value = super().run(program, instruction, **given)
        if name == "oracle.trigger_market_clearing":
            # Again, before the interval has passed.
            self.record(self.programs[program].prepare(instruction, **given), "refused")
        return value

    def prepare(self, program: str, instruction: str, **given: Any) -> None:
        self.record(self.programs[program].prepare(instruction, **given))
        super().prepare(program, instruction, **given)

    def record(self, call: ProgramCall, what: str = "good") -> Vector:
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
        vector = Vector(str(call), what, call.program.id, metas, data, accounts, times)
        self.vectors.append(vector)
        return vector

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

    def record_refusals(self, name: str, given: dict[str, Any]) -> None:
        """Calls that random variations would hardly find."""
        program, instruction = name.split(".")
        prepare = self.programs[program].prepare
        match name:
            case "registry.register_meter" | "governance.issue_erc":
                argument, account, seed = {
                    "register_meter": ("meter_id", "meter_account", "meter"),
                    "issue_erc": ("certificate_id", "erc_certificate", "erc_certificate"),
                }[instruction]
                for text in ("", "a\nb", "m\u00e9ter", "x" * 40):
                    address = self.programs[program].address(seed, text[:32], text[32:])
                    call = prepare(instruction, **{**given, argument: text, account: address})
                    self.record(call, "good" if text.isprintable() and text.isascii() and text else "refused")
            case "trading.create_sell_order":
                certificate = self.programs["governance"].address("erc_certificate", "ERC-2026-001", "")
                self.record(prepare(instruction, **{**given, "erc_certificate": certificate}))
                revoked = self.record(prepare(instruction, **{**given, "erc_certificate": certificate}), "refused")
                revoked.accounts[certificate] = self.changed(revoked.accounts[certificate], {"status": "Revoked"})
                self.record(prepare(instruction, **{**given, "energy_amount": 0}), "refused")
                self.record(prepare(instruction, **{**given, "price_per_kwh": 0}), "refused")
            case "trading.update_market_config":
                self.record(prepare(instruction, **{**given, "epoch_length": 0}), "refused")
            case "trading.update_market_params":
                self.record(prepare(instruction, **{**given, "market_fee_bps": 1001}), "refused")
            case "governance.manage_authorities":
                key = given["new_authority"]
                self.record(prepare(instruction, authority=given["authority"], new_authority=key), "refused")
            case "governance.update_parameters":
                self.record(prepare(instruction, **{**given, "min_oracle_confidence": 101}), "refused")
            case _:
                pass
        for account, fields in self.spoiled_states(name, given):
            vector = self.record(prepare(instruction, **given), "refused")
            vector.accounts[account] = self.changed(vector.accounts[account], fields)

    def spoiled_states(self, name: str, given: dict[str, Any]) -> list[tuple[Pubkey, dict[str, Any]]]:
        """Accounts of a call, with the values in which it is refused."""
        market = self.programs["trading"].address("market")
        match name:
            case "registry.remove_meter":
                return [(given["meter_account"], {"last_reading_at": 1})]
            case "trading.match_orders":
                return [
                    (given["buy_order"], {"buyer": self.seller.pubkey()}),
                    (given["buy_order"], {"price_per_kwh": 1}),
                    (given["buy_order"], {"status": "Cancelled"}),
                    (given["sell_order"], {"status": "Expired"}),
                    (market, {"clearing_enabled": False}),
                    (market, {"matcher": self.seller.pubkey()}),
                ]
            case "trading.create_sell_order":
                return [
                    (given["user_account"], {"status": "Suspended"}),
                    (given["trading_account"], {"open_orders": 50}),
                    (given["trading_account"], {"user": self.buyer.pubkey()}),
                    (market, {"require_erc": True}),
                    (market, {"energy_vault": self.buyer.pubkey()}),
                    (market, {"energy_mint": self.buyer.pubkey()}),
                ]
            case "trading.cancel_order":
                return [(self.order(given["order_id"]), {"status": "Completed"})]
            case "trading.close_order":
                return [(given["order"], {"status": "Active"})]
            case "trading.expire_order":
                return [(given["order"], {"expires_at": 2**62})]
            case "trading.withdraw_fees":
                return [(market, {"unclaimed_fees": 0})]
            case "governance.expire_erc":
                return [(given["erc_certificate"], {"expires_at": 2**62})]
            case _:
                return []

    def changed(self, stored: Stored, fields: dict[str, Any]) -> Stored:
        """A program's account with other values in some fields."""
        program = next(p for p in self.programs.values() if p.id == stored.owner)
        record = program.decode_account(stored.data)
        values = {name: record[name] for name in record} | fields
        data = stored.data[:8] + program.codec.encode_struct(type_name_of(record), values)
        return replace(stored, data=data + stored.data[len(data) :])


def record(artifacts: list[Artifacts]) -> Recorder:
    """The recorded life of the market."""
    recorder = Recorder(artifacts)
    for phase in (initialize, register, read_and_mint, certify, trade, configure, govern):
        phase(recorder)
    return recorder
