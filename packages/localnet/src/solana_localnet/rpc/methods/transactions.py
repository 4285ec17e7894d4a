"""Methods that send and simulate transactions, and what a client needs to build one."""

from typing import Any

from solders.hash import Hash
from solders.message import Message, MessageV0, from_bytes_versioned
from solders.pubkey import Pubkey

from solana_localnet.chain.admission import checks, nonce
from solana_localnet.chain.blocks.commitment import LEVEL_NAMES
from solana_localnet.chain.blocks.journal import View
from solana_localnet.chain.chain import Rejected
from solana_localnet.chain.decoded import Decoded, NoSignature
from solana_localnet.chain.metering.fees import message_fee
from solana_localnet.chain.programs import SYSTEM
from solana_localnet.codec.accounts import ACCOUNT_ENCODINGS, AccountView
from solana_localnet.codec.errors import transaction_error_text
from solana_localnet.codec.transactions import inner_instructions
from solana_localnet.faucet.limits import GiftRefused
from solana_localnet.rpc.errors import INTERNAL_ERROR, PREFLIGHT_FAILURE, RpcError, invalid_params
from solana_localnet.rpc.methods.simulation import Simulation
from solana_localnet.rpc.params import BLOB_ENCODINGS, Config, Params, decode_blob, parse_hash, parse_pubkey
from solana_localnet.rpc.registry import Node, method

VERSION_PREFIX = 0x80
REQUEST_HEAP, REQUEST_HEAP_SIZE = b"\1", 5
BLOCKHASH_LIFE = 150
PREFLIGHT = "preflightCommitment"
FAUCET_CLIENT = "127.0.0.1"
"""For whom the RPC asks the faucet: for itself."""
TRANSACTION = "solana_transaction::versioned::VersionedTransaction"
MESSAGE = "solana_message::non_bpf_modules::versions::VersionedMessage"
UNSANITARY = "invalid transaction: Transaction failed to sanitize accounts offsets correctly"
# Errors in the transaction itself, found before anything runs and whether or not there is a preflight.
SANITIZE_ERRORS = frozenset(
    (
        "SanitizeFailure",
        "InvalidAccountIndex",
        "TooManyAccountLocks",
        "AddressLookupTableNotFound",
        "InvalidAddressLookupTableOwner",
        "InvalidAddressLookupTableData",
        "InvalidAddressLookupTableIndex",
    )
)


def read_transaction(node: Node, params: Params, config: Config) -> Decoded:
    """The transaction in the first argument, in base58 (the default) or base64."""
    encoding = config.choice("encoding", BLOB_ENCODINGS, "base58")
    wire = decode_blob(params.text(0), encoding, TRANSACTION)
    try:
        decoded = node.chain.decode(wire)
        decoded.tx.sanitize()
    except NoSignature:
        raise invalid_params(UNSANITARY) from None
    except ValueError:
        raise invalid_params(f"failed to deserialize {TRANSACTION}: {unreadable(wire)}") from None
    except Exception:
        raise invalid_params(UNSANITARY) from None
    return decoded


def unreadable(wire: bytes) -> str:
    """Why Agave's decoder stops at bytes that are no transaction: an unknown version, or their end."""
    start = 1 + 64 * wire[0] if wire and wire[0] < 0x80 else len(wire)
    if start < len(wire) and wire[start] > VERSION_PREFIX:
        version = wire[start] - VERSION_PREFIX
        return f"invalid value: integer `{version}`, expected a valid transaction message version"
    return "io error: failed to fill whole buffer"


def is_sanitize_error(err: Any, decoded: Decoded) -> bool:
    """Whether the error says that the transaction's own bytes make no sense."""
    if isinstance(err, str):
        return err in SANITIZE_ERRORS
    if "DuplicateInstruction" in err:
        return True
    if not checks.is_budget_error(err, decoded):
        return False
    # An instruction that can be read and asks for a heap of an impossible size is found later.
    index: int = err["InstructionError"][0]
    data = bytes(decoded.message.instructions[index].data)
    return not (data[:1] == REQUEST_HEAP and len(data) == REQUEST_HEAP_SIZE)


def check_sanity(err: Any, decoded: Decoded) -> None:
    """Raises -32602 for an error that Agave finds when it reads a transaction."""
    if err is not None and is_sanitize_error(err, decoded):
        raise invalid_params(f"invalid transaction: {transaction_error_text(err)}")


@method("sendTransaction")
def send_transaction(node: Node, params: Params) -> Any:
    """Runs a signed transaction; answers its signature."""
    config = params.config(1, "RpcSendTransactionConfig")
    config.choice(PREFLIGHT, LEVEL_NAMES, "finalized")
    decoded = read_transaction(node, params, config)
    config.integer("maxRetries", "usize")
    skip_preflight = config.flag("skipPreflight")
    # Without a preflight its commitment does not matter, here or for minContextSlot.
    view = node.view(
        Config(config.fields | {"preflightCommitment": "processed"}) if skip_preflight else config, PREFLIGHT
    )
    try:
        node.chain.submit(decoded, preflight=not skip_preflight, view=view)
    except Rejected as rejected:
        check_sanity(rejected.err, decoded)
        if not skip_preflight:
            raise preflight_failure(node, decoded, rejected) from None
    else:
        node.control.transaction_landed()
    return str(decoded.signature)


def preflight_failure(node: Node, decoded: Decoded, rejected: Rejected) -> RpcError:
    """The error with which a preflight check refuses a transaction."""
    data = Simulation(node, decoded, rejected.err, rejected.meta).value() | dict.fromkeys(
        ("preBalances", "postBalances", "preTokenBalances", "postTokenBalances", "loadedAddresses")
    )
    return RpcError(PREFLIGHT_FAILURE, f"Transaction simulation failed: {transaction_error_text(rejected.err)}", data)


@method("simulateTransaction")
def simulate_transaction(node: Node, params: Params) -> Any:
    """Runs a transaction without keeping it; answers logs, units, balances, return data and, if asked, accounts."""
    config = params.config(1, "RpcSimulateTransactionConfig")
    decoded = read_transaction(node, params, config)
    view = node.view(config)
    verify, replace = config.flag("sigVerify"), config.flag("replaceRecentBlockhash")
    if verify and replace:
        raise invalid_params("sigVerify may not be used with replaceRecentBlockhash")
    chain = node.chain
    if verify and not checks.signed(decoded):
        err, execution = "SignatureFailure", None
    else:
        err = None if replace else chain.age_error(decoded, view.tip.height)
        with chain.seen_by(view, decoded):
            execution = None if err is not None else chain.try_out(decoded)
    if execution is not None:
        err = execution.err
        check_sanity(err, decoded)
    wanted = _wanted_accounts(config, decoded, err)
    meta = None if execution is None else execution.meta
    simulation = Simulation(node, decoded, err, meta, dict(execution.post_accounts) if execution else {})
    with chain.seen_by(view, decoded):
        value = simulation.value()
        if wanted is not None:
            value["accounts"] = simulation.accounts(*wanted)
    if config.flag("innerInstructions") and meta is not None and simulation.runs:
        value["innerInstructions"] = inner_instructions(decoded, meta, parsed=True)
    if replace:
        tip = view.tip
        value["replacementBlockhash"] = {
            "blockhash": str(Hash(tip.blockhash)),
            "lastValidBlockHeight": tip.height + BLOCKHASH_LIFE,
        }
    return node.with_context(value, view)


def _wanted_accounts(config: Config, decoded: Decoded, err: Any) -> tuple[AccountView, list[Pubkey]] | None:
    """The accounts that a simulation is to show; after an error none is, so no address is read."""
    section = config.section("accounts")
    if section is None:
        return None
    encoding = section.choice("encoding", ACCOUNT_ENCODINGS, "base64")
    if encoding in ("base58", "binary"):
        raise invalid_params("base58 encoding not supported")
    addresses = section.items("addresses")
    if len(addresses) > len(decoded.keys):
        raise invalid_params(f"Too many accounts provided; max {len(decoded.keys)}")
    if err is not None:
        return AccountView(encoding), [SYSTEM for _ in addresses]
    return AccountView(encoding), [parse_pubkey(address) for address in addresses]


@method("getLatestBlockhash")
def get_latest_blockhash(node: Node, params: Params) -> Any:
    """The newest blockhash and the last block height at which a transaction may use it."""
    view = node.view(params.config(0, "RpcContextConfig"))
    tip = view.tip
    last = tip.height + BLOCKHASH_LIFE
    return node.with_context({"blockhash": str(Hash(tip.blockhash)), "lastValidBlockHeight": last}, view)


@method("isBlockhashValid")
def is_blockhash_valid(node: Node, params: Params) -> Any:
    """Whether a transaction may still use a blockhash."""
    blockhash = parse_hash(params.text(0), prefix="")
    view = node.view(params.config(1, "RpcContextConfig"))
    return node.with_context(node.chain.hashes.valid(bytes(blockhash), view.tip.height), view)


@method("getFeeForMessage")
def get_fee_for_message(node: Node, params: Params) -> Any:
    """Lamports that a message would pay; null when its blockhash and its nonce are both invalid."""
    raw = decode_blob(params.text(0), "base64", MESSAGE)
    view = node.view(params.config(1, "RpcContextConfig"))
    try:
        message = from_bytes_versioned(raw)
    except ValueError:
        raise invalid_params(f"failed to deserialize {MESSAGE}: io error: failed to fill whole buffer") from None
    if not isinstance(message, Message | MessageV0):
        raise invalid_params("this message version has no fee estimate here; use a legacy or v0 message")
    blockhash = bytes(message.recent_blockhash)
    if not node.chain.hashes.valid(blockhash, view.tip.height) and not nonce_of(message, blockhash, view):
        return node.with_context(None, view)
    return node.with_context(message_fee(message), view)


def nonce_of(message: Message | MessageV0, blockhash: bytes, view: View) -> bool:
    """Whether the message's first instruction advances a nonce whose value is `blockhash`."""
    if not message.instructions:
        return False
    first, keys = message.instructions[0], message.account_keys
    accounts = bytes(first.accounts)
    if not accounts or accounts[0] >= len(keys) or keys[first.program_id_index] != SYSTEM:
        return False
    account = view.account(keys[accounts[0]])
    return bytes(first.data[:4]) == nonce.ADVANCE_NONCE and account is not None and nonce.holds(account, blockhash)


@method("requestAirdrop")
def request_airdrop(node: Node, params: Params) -> Any:
    """Gives lamports from the faucet; answers the signature of the transfer."""
    address, lamports, config = params.pubkey(0), params.u64(1), params.config(2, "RpcRequestAirdropConfig")
    named = config.text("recentBlockhash")
    blockhash = None if named is None else bytes(parse_hash(named))
    try:
        node.control.faucet_limits.take(FAUCET_CLIENT, lamports)
    except GiftRefused as refused:
        raise RpcError(INTERNAL_ERROR, f"the faucet refuses: {refused}") from None
    # A transfer that the faucet cannot pay never lands. A validator answers the same, since it sends without preflight.
    signature = node.chain.airdrop(address, lamports, blockhash)
    node.control.transaction_landed()
    return str(signature)


def vm_failure(error: Exception) -> RpcError:
    """-32603 for a request that broke the VM. The chain is as it was before it."""
    return RpcError(INTERNAL_ERROR, f"the VM broke down on this request and nothing was changed: {error}")
