"""Methods that send, simulate and look up transactions."""

from typing import Any

from solders.hash import Hash
from solders.message import Message, MessageV0, from_bytes_versioned

from localnet.chain.chain import Rejected
from localnet.chain.decoded import Decoded
from localnet.chain.fees import message_fee
from localnet.chain.history import Record
from localnet.codec.accounts import AccountView, encode_account
from localnet.codec.errors import transaction_error_text
from localnet.codec.transactions import (
    TRANSACTION_ENCODINGS,
    encode_confirmed,
    inner_instructions,
    return_data,
)
from localnet.rpc.errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    PREFLIGHT_FAILURE,
    SIGNATURE_VERIFICATION_FAILURE,
    RpcError,
    invalid_params,
)
from localnet.rpc.params import Config, Params, check_context, decode_blob, parse_pubkey, parse_signature
from localnet.rpc.registry import MAX_SIGNATURE_STATUSES, Node, method

MAX_SIGNATURES_FOR_ADDRESS = 1_000
BLOCKHASH_LIFE = 150
# Errors in the transaction itself, found before anything runs and whether or not there is a preflight.
SANITIZE_ERRORS = frozenset(("SanitizeFailure", "InvalidAccountIndex", "AccountLoadedTwice"))


def read_transaction(node: Node, params: Params, config: Config) -> Decoded:
    """The transaction in the first argument, in base58 (the default) or base64."""
    encoding = config.choice("encoding", ("base58", "base64"), "base58")
    wire = decode_blob(params.text(0), encoding, "VersionedTransaction")
    try:
        decoded = node.chain.decode(wire)
    except ValueError as error:
        raise invalid_params(f"failed to deserialize VersionedTransaction: {error}") from None
    try:
        decoded.tx.sanitize()
    except Exception as error:
        raise invalid_params(f"invalid transaction: {error}") from None
    return decoded


def is_sanitize_error(err: Any) -> bool:
    """Whether the error says that the transaction's own bytes make no sense."""
    return isinstance(err, str) and err in SANITIZE_ERRORS


def simulation_failure(rejected: Rejected) -> RpcError:
    """The error with which a preflight check refuses a transaction."""
    if rejected.err == "SignatureFailure":
        return RpcError(SIGNATURE_VERIFICATION_FAILURE, "Transaction signature verification failure")
    if is_sanitize_error(rejected.err):
        return invalid_params(f"invalid transaction: {transaction_error_text(rejected.err)}")
    meta = rejected.meta
    data = {
        "accounts": None,
        "err": rejected.err,
        "fee": None,
        "innerInstructions": None,
        "loadedAccountsDataSize": 0,
        "loadedAddresses": None,
        "logs": [] if meta is None else meta.logs(),
        "postBalances": None,
        "postTokenBalances": None,
        "preBalances": None,
        "preTokenBalances": None,
        "replacementBlockhash": None,
        "returnData": None if meta is None else return_data(meta),
        "unitsConsumed": 0 if meta is None else meta.compute_units_consumed(),
    }
    return RpcError(PREFLIGHT_FAILURE, f"Transaction simulation failed: {transaction_error_text(rejected.err)}", data)


@method("sendTransaction")
def send_transaction(node: Node, params: Params) -> Any:
    """Runs a signed transaction; answers its signature."""
    config = params.config(1)
    decoded = read_transaction(node, params, config)
    check_context(config, node.chain.slot, "preflightCommitment")
    skip_preflight = config.flag("skipPreflight")
    config.integer("maxRetries")
    try:
        node.chain.submit(decoded, preflight=not skip_preflight)
    except Rejected as rejected:
        if not skip_preflight:
            raise simulation_failure(rejected) from None
        if is_sanitize_error(rejected.err):
            raise invalid_params(f"invalid transaction: {transaction_error_text(rejected.err)}") from None
    node.control.transaction_landed()
    return str(decoded.signature)


@method("simulateTransaction")
def simulate_transaction(node: Node, params: Params) -> Any:
    """Runs a transaction without keeping it; answers logs, units, return data and, if asked, accounts."""
    config = params.config(1)
    decoded = read_transaction(node, params, config)
    check_context(config, node.chain.slot)
    verify, replace = config.flag("sigVerify"), config.flag("replaceRecentBlockhash")
    if verify and replace:
        raise invalid_params("sigVerify may not be used with replaceRecentBlockhash")
    views = _simulated_views(config, decoded)
    age_error = None if replace else node.chain.age_error(decoded)
    if age_error is not None:
        return node.with_context(_simulation_value(node, decoded, Rejected(age_error), views, replace, config))
    execution = node.chain.simulate(decoded.tx, verify)
    if execution.err == "SignatureFailure":
        raise RpcError(SIGNATURE_VERIFICATION_FAILURE, "Transaction signature verification failure")
    outcome = Rejected(execution.err, execution.meta)
    after = dict(execution.post_accounts)
    return node.with_context(_simulation_value(node, decoded, outcome, views, replace, config, after))


def _simulated_views(config: Config, decoded: Decoded) -> tuple[AccountView, list[Any]] | None:
    section = config.section("accounts")
    if section is None:
        return None
    encoding = section.choice("encoding", ("base64", "jsonParsed", "base64+zstd", "base58", "binary"), "base64")
    if encoding in ("base58", "binary"):
        raise invalid_params("base58 encoding not supported")
    addresses = section.items("addresses")
    if len(addresses) > len(decoded.keys):
        raise invalid_params(f"Too many accounts provided; max {len(decoded.keys)}")
    return AccountView(encoding), [parse_pubkey(address) for address in addresses]


def _simulation_value(
    node: Node,
    decoded: Decoded,
    outcome: Rejected,
    views: tuple[AccountView, list[Any]] | None,
    replace: bool,
    config: Config,
    after: dict[Any, Any] | None = None,
) -> dict[str, Any]:
    meta = outcome.meta
    chain = node.chain
    post = after or {}

    def read(key: Any) -> Any:
        return post.get(key) or chain.vm.account(key)

    accounts = None
    if views is not None:
        view, addresses = views
        found = [(address, read(address)) for address in addresses]
        accounts = [
            None if account is None or account.lamports == 0 else encode_account(key, account, view, read)
            for key, account in found
        ]
    replacement = None
    if replace:
        replacement = {
            "blockhash": str(Hash(chain.hashes.latest)),
            "lastValidBlockHeight": chain.height + BLOCKHASH_LIFE,
        }
    inner = None
    if config.flag("innerInstructions") and meta is not None:
        inner = inner_instructions(decoded, meta, parsed=True)
    sizes = [chain.vm.account(key) for key in decoded.keys]
    return {
        "err": outcome.err,
        "logs": [] if meta is None else meta.logs(),
        "accounts": accounts,
        "unitsConsumed": 0 if meta is None else meta.compute_units_consumed(),
        "loadedAccountsDataSize": sum(64 + len(account.data) for account in sizes if account is not None),
        "returnData": None if meta is None else return_data(meta),
        "innerInstructions": inner,
        "replacementBlockhash": replacement,
        "fee": None if meta is None else meta.fee(),
    }


@method("getLatestBlockhash")
def get_latest_blockhash(node: Node, params: Params) -> Any:
    """The newest blockhash and the last block height at which a transaction may use it."""
    check_context(params.config(0), node.chain.slot)
    chain = node.chain
    return node.with_context(
        {"blockhash": str(Hash(chain.hashes.latest)), "lastValidBlockHeight": chain.height + BLOCKHASH_LIFE}
    )


@method("isBlockhashValid")
def is_blockhash_valid(node: Node, params: Params) -> Any:
    """Whether a transaction may still use a blockhash."""
    check_context(params.config(1), node.chain.slot)
    try:
        blockhash = Hash.from_string(params.text(0))
    except ValueError as error:
        raise invalid_params(f"Invalid param: {error}") from None
    return node.with_context(node.chain.hashes.valid(bytes(blockhash)))


@method("getFeeForMessage")
def get_fee_for_message(node: Node, params: Params) -> Any:
    """Lamports that a message would pay, null when its blockhash is not good."""
    check_context(params.config(1), node.chain.slot)
    raw = decode_blob(params.text(0), "base64", "VersionedMessage")
    try:
        message = from_bytes_versioned(raw)
    except ValueError as error:
        raise invalid_params(f"failed to deserialize VersionedMessage: {error}") from None
    if not isinstance(message, Message | MessageV0):
        raise invalid_params("this message version has no fee estimate here; use a legacy or v0 message")
    if not node.chain.hashes.valid(bytes(message.recent_blockhash)):
        return node.with_context(None)
    return node.with_context(message_fee(message))


@method("getSignatureStatuses")
def get_signature_statuses(node: Node, params: Params) -> Any:
    """The status of up to 256 transactions, null for each that never landed."""
    values, config = params.sequence(0), params.config(1)
    config.flag("searchTransactionHistory")
    if len(values) > MAX_SIGNATURE_STATUSES:
        raise invalid_params(f"Too many inputs provided; max {MAX_SIGNATURE_STATUSES}")
    records = [node.chain.find(parse_signature(value)) for value in values]
    return node.with_context([None if record is None else signature_status(record) for record in records])


def signature_status(record: Record) -> dict[str, Any]:
    """A TransactionStatus. One node decides alone, so what landed is rooted: confirmations are null."""
    status = {"Ok": None} if record.err is None else {"Err": record.err}
    return {
        "slot": record.slot,
        "confirmations": None,
        "err": record.err,
        "status": status,
        "confirmationStatus": "finalized",
    }


@method("getTransaction")
def get_transaction(node: Node, params: Params) -> Any:
    """A landed transaction with its effects, or null."""
    signature = params.signature(0)
    # An encoding alone, in place of the configuration, is the older form of this call.
    legacy = params.at(1)
    config = Config({"encoding": legacy}) if isinstance(legacy, str) else params.config(1)
    encoding = config.choice("encoding", TRANSACTION_ENCODINGS, "json")
    max_version = config.integer("maxSupportedTransactionVersion")
    check_context(config, node.chain.slot)
    record = node.chain.find(signature)
    return None if record is None else encode_confirmed(record, encoding, max_version)


@method("getSignaturesForAddress")
def get_signatures_for_address(node: Node, params: Params) -> Any:
    """Signatures of transactions that name an address, newest first."""
    address, config = params.pubkey(0), params.config(1)
    check_context(config, node.chain.slot)
    limit = config.integer("limit")
    limit = MAX_SIGNATURES_FOR_ADDRESS if limit is None else limit
    if not 1 <= limit <= MAX_SIGNATURES_FOR_ADDRESS:
        raise invalid_params(f"Invalid limit; max {MAX_SIGNATURES_FOR_ADDRESS}")
    before = None if "before" not in config else parse_signature(config.any("before"))
    until = None if "until" not in config else parse_signature(config.any("until"))
    rows: list[dict[str, Any]] = []
    started = before is None
    for record in node.chain.newest_for(address):
        if until is not None and record.signature == until:
            break
        if started:
            rows.append(_signature_row(record))
            if len(rows) == limit:
                break
        elif record.signature == before:
            started = True
    return rows


def _signature_row(record: Record) -> dict[str, Any]:
    from localnet.codec.transactions import memo_of

    return {
        "signature": str(record.signature),
        "slot": record.slot,
        "err": record.err,
        "memo": memo_of(record),
        "blockTime": record.block_time,
        "confirmationStatus": "finalized",
    }


@method("requestAirdrop")
def request_airdrop(node: Node, params: Params) -> Any:
    """Gives lamports from the faucet; answers the signature of the transfer."""
    address, lamports = params.pubkey(0), params.u64(1)
    check_context(params.config(2), node.chain.slot)
    try:
        record = node.chain.airdrop(address, lamports)
    except Rejected as rejected:
        reason = transaction_error_text(rejected.err)
        raise RpcError(INVALID_REQUEST, f"the faucet cannot send {lamports} lamports: {reason}") from None
    node.control.transaction_landed()
    return str(record.signature)


@method("getTransactionCount")
def get_transaction_count(node: Node, params: Params) -> Any:
    """Transactions that have landed since genesis."""
    check_context(params.config(0), node.chain.slot)
    return node.chain.history.total


@method("getRecentPrioritizationFees")
def get_recent_prioritization_fees(node: Node, params: Params) -> Any:
    """Fees that recent blocks asked for beyond the base fee: none, since blocks never fill up."""
    addresses = params.at(0)
    if addresses is not None:
        keys = params.sequence(0)
        if len(keys) > 128:
            raise invalid_params("Too many inputs provided; max 128")
        for key in keys:
            parse_pubkey(key)
    first = max(node.chain.history.first_slot(), node.chain.slot - BLOCKHASH_LIFE + 1)
    return [{"slot": slot, "prioritizationFee": 0} for slot in range(first, node.chain.slot + 1)]


def vm_failure(error: Exception) -> RpcError:
    """-32603 for a request that broke the VM. The chain is as it was before it."""
    return RpcError(INTERNAL_ERROR, f"the VM broke down on this request and nothing was changed: {error}")
