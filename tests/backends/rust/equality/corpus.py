"""Good calls of every instruction, recorded from the life of the market."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bench.scenario import (
    GRID_FLOOR,
    GRID_TICK,
    TICKS,
    FoundedMarket,
    certificate_of,
    certify,
    configure,
    govern,
    initialize,
    read_and_mint,
    register,
    trade,
)
from solders.pubkey import Pubkey
from tests.backends.rust.equality.vector import ABSENT, Meta, Stored, Vector

from seahorse.driver.compile import Artifacts
from seahorse.testing import ProgramCall
from seahorse.testing.codec import type_name_of

DECIMALS = 44  # where a mint has them
# Instructions that call the upgradeable loader, which the native harness does not have.
WITH_LOADER = {"governance.upgrade_program", "governance.set_upgrade_authority"}


class Recorder(FoundedMarket):
    """The market of the benchmark's scenario; every call becomes a vector before it is made."""

    def __init__(self, artifacts: list[Artifacts]) -> None:
        super().__init__(artifacts)
        self.vectors: list[Vector] = []

    def run(self, program: str, instruction: str, /, *, case: str = "", **given: Any) -> Any:
        name = f"{program}.{instruction}"
        if name in WITH_LOADER:
            # What the program refuses itself; the loader's part is not in the harness.
            wrong = {**given, "authority": self.rec}
            self.record(self.programs[program].prepare(instruction, **wrong), "refused")
            outside = self.record(self.programs[program].prepare(instruction, **given), "refused")
            poa_config = self.programs["governance"].address("poa_config")
            outside.accounts[poa_config] = self.changed(outside.accounts[poa_config], {"maintenance_mode": False})
            return super().run(program, instruction, case=case, **given)
        self.record(self.programs[program].prepare(instruction, **given))
        self.record_callees(name, given)
        self.record_refusals(name, given)
        value = super().run(program, instruction, case=case, **given)
        if name == "oracle.trigger_market_clearing":
            # Again, when it is cleared.
            self.record(self.programs[program].prepare(instruction, **given), "refused")
        return value

    def prepare(self, program: str, instruction: str, /, **given: Any) -> None:
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
        registry, token, trading, governance = (
            self.programs[p] for p in ("registry", "energy_token", "trading", "governance")
        )
        market = trading.address("market")
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
                accounts = {"meter_account": given["meter_account"], "user_account": given["user_account"]}
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
                clear = trading.prepare("clear_epoch", oracle_data=signer, epoch=given["epoch_account"])
                self.record(clear)
                again = self.record(clear, "refused")
                again.accounts[given["epoch_account"]] = self.changed(
                    again.accounts[given["epoch_account"]], {"cleared": True}
                )
            case "trading.create_sell_order" if "erc_certificate" in given:
                certificate = {"market": market, "erc_certificate": given["erc_certificate"]}
                owner = self.seller.pubkey()
                for amount, what in ((500, "good"), (0, "refused"), (2**63, "refused")):
                    call = governance.prepare("reserve_erc", **certificate, owner=owner, amount=amount)
                    self.record(call, what)
                call = governance.prepare("reserve_erc", **certificate, owner=owner, amount=500)
                early = self.record(call, "refused")
                key = given["erc_certificate"]
                early.accounts[key] = self.changed(early.accounts[key], {"validated_for_trading": False})
            case "trading.match_orders" if "erc_certificate" in given:
                certificate = {"market": market, "erc_certificate": given["erc_certificate"]}
                buyer = self.buyer.pubkey()
                self.record(governance.prepare("retire_erc_for_trade", **certificate, buyer=buyer, amount=500))
                self.record(governance.prepare("release_erc", **certificate, amount=500))
                self.record(governance.prepare("release_erc", **certificate, amount=2**63), "refused")
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
                if "erc_certificate" in given:
                    certificate = given["erc_certificate"]
                    revoked = self.record(prepare(instruction, **given), "refused")
                    revoked.accounts[certificate] = self.changed(revoked.accounts[certificate], {"status": "Revoked"})
                for amount in (99, 2**64 - 1):
                    self.record(prepare(instruction, **{**given, "energy_amount": amount}), "refused")
                for price in (0, GRID_FLOOR + 1, GRID_FLOOR + TICKS * GRID_TICK):
                    self.record(prepare(instruction, **{**given, "price_per_kwh": price}), "refused")
            case "trading.initialize_market":
                coarse = self.record(prepare(instruction, **given), "refused")
                mint = coarse.accounts[given["payment_mint"]]
                data = mint.data[:DECIMALS] + b"\x05" + mint.data[DECIMALS + 1 :]
                coarse.accounts[given["payment_mint"]] = replace(mint, data=data)
            case "trading.open_epoch":
                index = given["index"] + 97
                beyond = self.programs[program].address("epoch", index.to_bytes(8, "little"))
                self.record(prepare(instruction, **{**given, "index": index, "epoch": beyond}), "refused")
            case "trading.update_market_config":
                beyond = {"price_tick": 2**64 - 616}
                for changed in ({"epoch_length": 0}, {"price_tick": 1}, beyond, {"price_weight_bps": 10_001}):
                    self.record(prepare(instruction, **{**given, "config": {**given["config"], **changed}}), "refused")
            case "trading.update_market_params":
                self.record(prepare(instruction, **{**given, "market_fee_bps": 1001}), "refused")
            case "governance.propose_authority":
                self.record(prepare(instruction, **{**given, "new_authority": Pubkey.default()}), "refused")
            case "trading.set_authority":
                self.record(prepare(instruction, **{**given, "new_authority": Pubkey.default()}), "refused")
            case "trading.match_orders" | "trading.cancel_order":
                if "erc_certificate" in given:
                    self.record(prepare(instruction, **{**given, "erc_certificate": None}), "refused")
                if instruction == "match_orders":
                    reserved = self.record(prepare(instruction, **given), "refused")
                    stored = reserved.accounts[given["epoch"]]
                    rules = self.programs[program].decode_account(stored.data)["rules"]
                    other = {**{field: rules[field] for field in rules}, "matcher": self.programs["governance"].id}
                    reserved.accounts[given["epoch"]] = self.changed(stored, {"rules": other})
            case "governance.manage_authorities":
                self.record(prepare(instruction, **{**given, "program": self.programs["governance"].id}), "refused")
            case "governance.update_parameters":
                for doubtful in ({"min_oracle_confidence": 101}, {"oracle_authority": Pubkey.default()}):
                    parameters = {**given["parameters"], **doubtful}
                    self.record(prepare(instruction, **{**given, "parameters": parameters}), "refused")
            case _:
                pass
        for account, fields in self.spoiled_states(name, given):
            vector = self.record(prepare(instruction, **given), "refused")
            vector.accounts[account] = self.changed(vector.accounts[account], fields)

    def spoiled_states(self, name: str, given: dict[str, Any]) -> list[tuple[Pubkey, dict[str, Any]]]:
        """Accounts of a call, with the values in which it is refused."""
        market = self.programs["trading"].address("market")
        poa_config = self.programs["governance"].address("poa_config")
        certificate = certificate_of(self)
        match name:
            case "registry.remove_meter":
                return [(given["meter_account"], {"last_reading_at": 1})]
            case "trading.match_orders":
                return [
                    (given["buy_order"], {"buyer": self.seller.pubkey()}),
                    (given["buy_order"], {"price_per_kwh": GRID_FLOOR}),
                    (given["buy_order"], {"epoch": 1}),
                    (given["buy_order"], {"expires_at": 2**61}),
                    (given["buy_order"], {"status": "Cancelled"}),
                    (given["sell_order"], {"status": "Expired"}),
                    (given["epoch"], {"cleared": False}),
                    (given["epoch"], {"volume": 0}),
                ]
            case "oracle.trigger_market_clearing":
                return [(given["epoch_account"], {"ends_at": 2**62}), (given["epoch_account"], {"settles_until": 0})]
            case "trading.close_trade_record":
                return [(given["trade_record"], {"executed_at": 2**61})]
            case "trading.close_epoch":
                return [(given["epoch"], {"cleared": False}), (given["epoch"], {"unsettled": 2**63})]
            case "trading.open_epoch":
                return [(market, {"clearing_enabled": False})]
            case "trading.create_sell_order":
                return [
                    (given["user_account"], {"status": "Suspended"}),
                    (given["trading_account"], {"open_orders": 50}),
                    (given["trading_account"], {"user": self.buyer.pubkey()}),
                    (given["epoch"], {"ends_at": 0}),
                    *self.requiring_certificates(given),
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
            case "governance.transfer_erc":
                return [
                    (poa_config, {"allow_certificate_transfers": False}),
                    (certificate, {"reserved_amount": 1}),
                    (given["new_user_account"], {"status": "Suspended"}),
                ]
            case "governance.accept_authority":
                offer = {"candidate": given["new_authority"].pubkey(), "ends_at": 0}
                return [(poa_config, {"pending_authority": offer})]
            case "governance.validate_erc_for_trading":
                return [
                    (certificate, {"validated_for_trading": True}),
                    (certificate, {"status": "Revoked"}),
                    (given["user_account"], {"status": "Suspended"}),
                ]
            case "governance.emergency_unpause":
                return [(poa_config, {"emergency_paused": False})]
            case "governance.issue_erc":
                return [
                    (poa_config, {"erc_validation_enabled": False}),
                    (given["meter_account"], {"meter_type": "Battery"}),
                ]
            case "governance.expire_erc":
                return [(poa_config, {"auto_revoke_expired": False}), (given["erc_certificate"], {"expires_at": 2**62})]
            case _:
                return []

    def requiring_certificates(self, given: dict[str, Any]) -> list[tuple[Pubkey, dict[str, Any]]]:
        """The epoch of a sell order without a certificate, were one required."""
        if "erc_certificate" in given:
            return []
        rules = self.programs["trading"].account(given["epoch"]).rules
        return [(given["epoch"], {"rules": {**{name: rules[name] for name in rules}, "require_erc": True}})]

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
