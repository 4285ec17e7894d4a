"""Profiles: what a transaction would do, or did, instruction by instruction."""

import base64
import binascii
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from solders.account import Account
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.vm import EMPTY, Execution
from solana_localnet.codec.accounts import ACCOUNT_ENCODINGS, AccountView, encode_account
from solana_localnet.codec.errors import transaction_error_text
from solana_localnet.rpc.errors import invalid_params
from solana_localnet.rpc.landing import LandedTransaction, States
from solana_localnet.rpc.params import Config, Params
from solana_localnet.rpc.registry import Node, method

MAX_PROFILES = 200
DEPTHS = ("transaction", "instruction")


@dataclass(slots=True)
class ProfiledStep:
    """The changes that one instruction, or the whole transaction, made to its accounts."""

    before: States
    after: States
    units: int
    logs: list[str]
    error: str | None


@dataclass(slots=True)
class TransactionProfile:
    """A kept result. readonly: accounts that the transaction could only read."""

    id: str
    tag: str | None
    slot: int
    whole: ProfiledStep
    steps: list[ProfiledStep] | None
    readonly: dict[Pubkey, Account]


class Profiles:
    """The last results, by id. They live with the process and are never part of the chain."""

    def __init__(self) -> None:
        self.by_id: OrderedDict[str, TransactionProfile] = OrderedDict()

    def add(self, profile: TransactionProfile) -> None:
        """Keeps a result and drops the oldest above the cap."""
        self.by_id[profile.id] = profile
        if len(self.by_id) > MAX_PROFILES:
            self.by_id.popitem(last=False)


PROFILES = Profiles()


@method("surfnet_profileTransaction")
def profile_transaction(node: Node, params: Params) -> Any:
    """Profiles a base64 transaction under an optional tag; {encoding, depth: transaction | instruction}."""
    try:
        wire = base64.b64decode(params.text(0), validate=True)
        decoded = node.chain.decode(wire)
    except (ValueError, binascii.Error) as error:
        raise invalid_params(f"failed to deserialize the transaction: {error}") from None
    tag = params.at(1)
    if tag is not None and not isinstance(tag, str):
        raise invalid_params("Invalid params: the tag is a string.")
    view, depth = _options(params.config(2))
    profile = _profile(node, decoded, tag)
    PROFILES.add(profile)
    return node.with_context(_encode(node, profile, view, depth))


@method("surfnet_getTransactionProfile")
def get_transaction_profile(node: Node, params: Params) -> Any:
    """A result by its id, or of a recent transaction by its signature; else null."""
    key = params.text(0)
    profile = PROFILES.by_id.get(key)
    if profile is None and node.landing is not None:
        try:
            landed = node.landing.by_signature.get(Signature.from_string(key))
            profile = None if landed is None else landed_profile(node, landed)
        except ValueError:
            # A key that is no signature names no transaction.
            profile = None
    view, depth = _options(params.config(1))
    return node.with_context(None if profile is None else _encode(node, profile, view, depth))


@method("surfnet_getProfileResultsByTag")
def get_profile_results_by_tag(node: Node, params: Params) -> Any:
    """All results under a tag, or null."""
    tag = params.text(0)
    view, depth = _options(params.config(1))
    found = [_encode(node, p, view, depth) for p in PROFILES.by_id.values() if p.tag == tag]
    return node.with_context(found or None)


def _options(config: Config) -> tuple[AccountView, str]:
    encoding = config.choice("encoding", ACCOUNT_ENCODINGS, "jsonParsed")
    return AccountView(encoding), config.choice("depth", DEPTHS, "instruction")


def _profile(node: Node, decoded: Decoded, tag: str | None) -> TransactionProfile:
    chain = node.chain
    writable = [key for key, write in zip(decoded.keys, decoded.writable, strict=True) if write]
    start: States = {key: chain.vm.account(key) for key in writable}
    age_error = chain.age_error(decoded)
    if age_error is not None:
        whole = ProfiledStep(start, start, 0, [], transaction_error_text(age_error))
        steps = None
    else:
        whole = _step(start, chain.simulate(decoded.tx, verify=True), ProfiledStep(start, start, 0, [], None))
        steps = profile_steps(node, decoded, start)
    readonly = {
        key: account
        for key, write in zip(decoded.keys, decoded.writable, strict=True)
        if not write and (account := chain.vm.account(key)) is not None
    }
    return TransactionProfile(str(uuid.uuid4()), tag, chain.slot, whole, steps, readonly)


def _step(start: States, execution: Execution, done: ProfiledStep) -> ProfiledStep:
    """The difference between a run and what was `done` before its last instruction."""
    written = dict(execution.post_accounts)
    after = done.after if execution.err is not None else {key: written.get(key, start[key]) for key in start}
    logs = execution.meta.logs()
    units = execution.meta.compute_units_consumed()
    error = None if execution.err is None else transaction_error_text(execution.err)
    return ProfiledStep(done.after, after, units - done.units, logs[len(done.logs) :], error)


def profile_steps(node: Node, decoded: Decoded, start: States) -> list[ProfiledStep] | None:
    """Runs the first instruction, then the first two, and so on; each step is what the last one added."""
    message = decoded.message
    if not isinstance(message, Message | MessageV0):
        return None
    steps: list[ProfiledStep] = []
    units, logs, after = 0, list[str](), start
    for count in range(1, len(message.instructions) + 1):
        run = node.chain.simulate(_prefix(decoded, message, count), verify=False)
        step = _step(start, run, ProfiledStep({}, after, units, logs, None))
        named = {decoded.keys[index] for index in message.instructions[count - 1].accounts}
        shown = ProfiledStep(_only(step.before, named), _only(step.after, named), step.units, step.logs, step.error)
        steps.append(shown)
        if step.error is not None:
            break
        units, logs, after = run.meta.compute_units_consumed(), run.meta.logs(), step.after
    return steps


def landed_profile(node: Node, landed: LandedTransaction) -> TransactionProfile:
    """The profile of a transaction that has landed.

    The answer has no steps where a second run gives other logs: programs may have changed since.
    """
    record = landed.record
    meta = record.meta
    error = None if record.err is None else transaction_error_text(record.err)
    whole = ProfiledStep(landed.before, landed.after, meta.compute_units_consumed(), meta.logs(), error)
    steps = _run_again(node, landed)
    if steps is not None and [line for step in steps for line in step.logs] != meta.logs():
        steps = None
    return TransactionProfile(str(record.signature), None, record.slot, whole, steps, landed.readonly)


def _run_again(node: Node, landed: LandedTransaction) -> list[ProfiledStep] | None:
    """Sets the accounts back, runs the transaction step by step, and puts everything as it was.

    No client sees the accounts meanwhile, since no other request runs. Programs stay as they are: setting one back
    would compile it.
    """
    vm = node.chain.vm
    then = landed.before | landed.readonly
    now: States = {key: vm.account(key) for key in then}
    changed = [key for key in then if then[key] != now[key] and not _is_program(now[key], then[key])]
    clock = vm.clock()
    try:
        vm.set_clock(landed.clock)
        for key in changed:
            vm.set_account(key, then[key] or EMPTY)
        return profile_steps(node, landed.record.decoded(), landed.before)
    finally:
        for key in changed:
            vm.set_account(key, now[key] or EMPTY)
        vm.set_clock(clock)


def _is_program(*states: Account | None) -> bool:
    return any(account is not None and account.executable for account in states)


def _only(states: States, named: set[Pubkey]) -> States:
    return {key: account for key, account in states.items() if key in named}


def _prefix(decoded: Decoded, message: Message | MessageV0, count: int) -> VersionedTransaction:
    """The transaction with its first `count` instructions; its signatures no longer hold."""
    instructions = list(message.instructions)[:count]
    if isinstance(message, MessageV0):
        shorter: Message | MessageV0 = MessageV0(
            message.header,
            message.account_keys,
            message.recent_blockhash,
            instructions,
            message.address_table_lookups,
        )
    else:
        header = message.header
        shorter = Message.new_with_compiled_instructions(
            header.num_required_signatures,
            header.num_readonly_signed_accounts,
            header.num_readonly_unsigned_accounts,
            message.account_keys,
            message.recent_blockhash,
            instructions,
        )
    return VersionedTransaction.populate(shorter, decoded.tx.signatures)


def _encode(node: Node, profile: TransactionProfile, view: AccountView, depth: str) -> dict[str, Any]:
    read = node.chain.vm.account
    body: dict[str, Any] = {"slot": profile.slot, "key": profile.id}
    if depth == "instruction" and profile.steps is not None:
        body["instructionProfiles"] = [_encode_step(node, step, view) for step in profile.steps]
    body["transactionProfile"] = _encode_step(node, profile.whole, view)
    body["readonlyAccountStates"] = {
        str(key): encode_account(key, account, view, read) for key, account in profile.readonly.items()
    }
    return body


def _existing(account: Account | None) -> Account | None:
    """An account without lamports does not exist."""
    return None if account is None or account.lamports == 0 else account


def _encode_step(node: Node, step: ProfiledStep, view: AccountView) -> dict[str, Any]:
    read = node.chain.vm.account

    def encode(key: Pubkey, account: Account) -> dict[str, Any]:
        return encode_account(key, account, view, read)

    states: dict[str, Any] = {}
    for key in step.before:
        before, after = _existing(step.before[key]), _existing(step.after.get(key))
        if before == after:
            change: dict[str, Any] = {"type": "unchanged", "data": None if after is None else encode(key, after)}
        elif before is None and after is not None:
            change = {"type": "create", "data": encode(key, after)}
        elif before is not None and after is None:
            change = {"type": "delete", "data": encode(key, before)}
        else:
            assert before is not None
            assert after is not None
            change = {"type": "update", "data": [encode(key, before), encode(key, after)]}
        states[str(key)] = {"type": "writable", "accountChange": change}
    return {
        "accountStates": states,
        "computeUnitsConsumed": step.units,
        "logMessages": step.logs,
        "errorMessage": step.error,
    }
