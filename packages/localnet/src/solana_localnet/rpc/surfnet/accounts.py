"""Control methods that write accounts past the runtime, as Surfpool spells them."""

import base64
import struct
from dataclasses import replace
from typing import Any, cast

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.metering.extents import is_program_data
from solana_localnet.chain.programs import (
    NATIVE_MINT,
    SYSTEM,
    TOKEN,
    TOKEN_2022,
    TOKEN_PROGRAMS,
    UPGRADEABLE_LOADER,
    associated_token_address,
    program_data_address,
)
from solana_localnet.chain.vm import EMPTY
from solana_localnet.codec import token_layout
from solana_localnet.codec.parsed.accounts import parse_account
from solana_localnet.codec.token_layout import TokenHolding, parse_token_account
from solana_localnet.rpc.errors import INTERNAL_ERROR, RpcError, invalid_params
from solana_localnet.rpc.params import U64_MAX, Config, Params, parse_pubkey, parse_signature, wrong_type
from solana_localnet.rpc.registry import Node, method
from solana_localnet.rpc.turns import RowWriter, turns

RENT_EPOCH = 2**64 - 1
MAX_ACCOUNT_BYTES = 10 << 20
PROGRAM_DATA_HEADER = 45
ACCOUNT_STATES = {"uninitialized": 0, "initialized": 1, "frozen": 2}
# The bytes that Token-2022 writes behind the base layout of an associated account: kind, ImmutableOwner (7), length 0.
IMMUTABLE_OWNER = bytes([token_layout.KIND_ACCOUNT]) + struct.pack("<HH", 7, 0)


def _hex(text: Any, what: str) -> bytes:
    if isinstance(text, list):
        try:
            return bytes(cast(list[int], text))
        except (TypeError, ValueError):
            raise invalid_params(f"Invalid params: {what} must hold integers from 0 to 255.") from None
    if not isinstance(text, str):
        raise wrong_type(text, "a hex string")
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise invalid_params(f"Invalid hex data provided: {error}") from None


def write(node: Node, address: Pubkey, account: Account) -> None:
    """Writes an account; -32603 when the VM refuses it, with the reason."""
    if len(account.data) > MAX_ACCOUNT_BYTES:
        raise invalid_params(f"an account holds at most {MAX_ACCOUNT_BYTES} bytes, this would be {len(account.data)}")
    try:
        node.chain.write_account(address, account)
    except ValueError as error:
        raise RpcError(INTERNAL_ERROR, str(error)) from None


@method("surfnet_setAccount")
def set_account(node: Node, params: Params) -> Any:
    """Sets lamports, data (hex), owner, executable and rentEpoch of an account; what is not named stays."""
    address, update = params.pubkey(0), params.config(1)
    params.required(1)
    old = node.chain.vm.account(address) or EMPTY
    lamports, rent_epoch = update.integer("lamports"), update.integer("rentEpoch")
    account = Account(
        old.lamports if lamports is None else lamports,
        _hex(update.any("data"), "data") if "data" in update else old.data,
        parse_pubkey(update.any("owner")) if "owner" in update else old.owner,
        update.flag("executable", old.executable),
        old.rent_epoch if rent_epoch is None else rent_epoch,
    )
    write(node, address, account)
    return node.with_context(None)


@method("surfnet_setTokenAccount")
def set_token_account(node: Node, params: Params) -> Any:
    """Sets the owner's associated account of a mint: amount, delegate, delegatedAmount, state, closeAuthority."""
    owner, mint, update = params.pubkey(0), params.pubkey(1), params.config(2)
    program = TOKEN if params.at(3) is None else params.pubkey(3)
    if program not in TOKEN_PROGRAMS:
        raise invalid_params("Invalid param: unrecognized Token program id")
    chain = node.chain
    address = associated_token_address(owner, mint, program)
    old = chain.vm.account(address)
    tail = IMMUTABLE_OWNER if program == TOKEN_2022 else b""
    rent = chain.vm.rent_exempt_minimum(token_layout.ACCOUNT_SIZE + len(tail))
    native = rent if mint == NATIVE_MINT else None
    holding = None if old is None else parse_token_account(old.data)
    if holding is None:
        holding = TokenHolding(mint, owner, 0, None, 1, native, 0, None)
    elif old is not None:
        tail = old.data[token_layout.ACCOUNT_SIZE :]
    holding = _updated(holding, update)
    lamports = rent if native is None else rent + holding.amount
    if lamports > U64_MAX:
        raise invalid_params(f"Invalid params: {holding.amount} and the rent of the account are more than a u64 holds.")
    write(node, address, Account(lamports, holding.pack() + tail, program, False, RENT_EPOCH))
    return node.with_context(None)


def _updated(holding: TokenHolding, update: Config) -> TokenHolding:
    amount, delegated = update.integer("amount"), update.integer("delegatedAmount")
    state = update.choice("state", tuple(ACCOUNT_STATES), token_layout.ACCOUNT_STATES[holding.state])
    return replace(
        holding,
        amount=holding.amount if amount is None else amount,
        delegated_amount=holding.delegated_amount if delegated is None else delegated,
        state=ACCOUNT_STATES[state],
        delegate=_some_account(update, "delegate", holding.delegate),
        close_authority=_some_account(update, "closeAuthority", holding.close_authority),
    )


def _some_account(update: Config, name: str, old: Pubkey | None) -> Pubkey | None:
    """Surfpool's spelling of an optional address: the string "null" takes it away, absence leaves it."""
    value = update.any(name)
    if value is None:
        return old
    return None if value == "null" else parse_pubkey(value)


@method("surfnet_writeProgram")
def write_program(node: Node, params: Params) -> Any:
    """Writes hex code at an offset of a program's data, and creates the program where there is none."""
    program, data, offset = params.pubkey(0), _hex(params.required(1), "data"), params.u64(2)
    authority = SYSTEM if params.at(3) is None else params.pubkey(3)
    if PROGRAM_DATA_HEADER + offset + len(data) > MAX_ACCOUNT_BYTES:
        raise invalid_params(f"a program holds at most {MAX_ACCOUNT_BYTES - PROGRAM_DATA_HEADER} bytes")
    chain = node.chain
    present = chain.vm.account(program)
    if present is not None and not present.executable and present.owner not in (SYSTEM, UPGRADEABLE_LOADER):
        raise invalid_params(f"Invalid params: {program} is an account of {present.owner}, not a program's to be.")
    home = program_data_address(program)
    old = chain.vm.account(home)
    if old is not None and not is_program_data(old):
        raise RpcError(INTERNAL_ERROR, f"{home} is not a program data account")
    code = bytearray(b"" if old is None else old.data[PROGRAM_DATA_HEADER:])
    code.extend(bytes(max(0, offset + len(data) - len(code))))
    code[offset : offset + len(data)] = data
    header = struct.pack("<IQB", 3, chain.slot, 1) + bytes(authority)
    body = header + bytes(code)
    rent = chain.vm.rent_exempt_minimum
    write(node, home, Account(rent(len(body)), body, UPGRADEABLE_LOADER, False, RENT_EPOCH))
    _activate(node, program, home)
    return node.with_context(None)


def _activate(node: Node, program: Pubkey, home: Pubkey) -> None:
    """Makes a program run its code as it is now. Code that is still incomplete waits for its next part."""
    state = struct.pack("<I", 2) + bytes(home)
    lamports = node.chain.vm.rent_exempt_minimum(len(state))
    account = Account(lamports, state, UPGRADEABLE_LOADER, True, RENT_EPOCH)
    try:
        node.chain.write_account(program, account)
    except ValueError:
        if node.chain.vm.account(program) is None:
            node.chain.write_account(program, Account(lamports, state, UPGRADEABLE_LOADER, False, RENT_EPOCH))


@method("surfnet_setProgramAuthority")
def set_program_authority(node: Node, params: Params) -> Any:
    """Sets who may upgrade a program; nobody when no authority is given."""
    program = params.pubkey(0)
    authority = None if params.at(1) is None else params.pubkey(1)
    home = program_data_address(program)
    old = node.chain.vm.account(home)
    if old is None or not is_program_data(old):
        raise RpcError(INTERNAL_ERROR, f"{program} is not an upgradeable program")
    option = bytes(33) if authority is None else b"\1" + bytes(authority)
    data = old.data[:12] + option + old.data[PROGRAM_DATA_HEADER:]
    write(node, home, Account(old.lamports, data, old.owner, old.executable, old.rent_epoch))
    return node.with_context(None)


@method("surfnet_cloneProgramAccount")
def clone_program_account(node: Node, params: Params) -> Any:
    """Copies an upgradeable program to another address."""
    source, target = params.pubkey(0), params.pubkey(1)
    read = node.chain.vm.account
    code, program = read(program_data_address(source)), read(source)
    if code is None or program is None or not program.executable:
        raise RpcError(INTERNAL_ERROR, f"{source} is not an upgradeable program")
    home = program_data_address(target)
    write(node, home, code)
    state = program.data[:4] + bytes(home)
    write(node, target, Account(program.lamports, state, program.owner, True, program.rent_epoch))
    return node.with_context(None)


@method("surfnet_exportSnapshot")
async def export_snapshot(node: Node, params: Params) -> Any:
    """All accounts, or those a recent transaction found ({scope: {preTransaction: signature}}), by address.

    {filter: {includeProgramAccounts, includeAccounts, excludeAccounts}, includeParsedAccounts}: programs only when the
    caller asks for them. `--clone-from` reads the answer.
    """
    config = params.config(0)
    parsed = config.flag("includeParsedAccounts")
    keep = _snapshot_filter(config.section("filter") or Config({}))
    rows = sorted(_snapshot_scope(node, config.any("scope")), key=lambda row: str(row[0]))
    write = RowWriter()
    shown = {str(key): write(_snapshot_row(node, key, a, parsed)) async for key, a in turns(rows) if keep(key, a)}
    return node.with_context(shown)


def _snapshot_filter(options: Config) -> Any:
    with_programs = options.flag("includeProgramAccounts")
    included = {parse_pubkey(value) for value in options.items("includeAccounts")}
    excluded = {parse_pubkey(value) for value in options.items("excludeAccounts")}

    def keep(key: Pubkey, account: Account) -> bool:
        is_program = account.owner == UPGRADEABLE_LOADER or account.executable
        return key not in excluded and (with_programs or not is_program or key in included)

    return keep


def _snapshot_scope(node: Node, scope: Any) -> list[tuple[Pubkey, Account]]:
    if scope is None or scope == "network":
        return node.chain.accounts()
    fields = cast(dict[str, Any], scope) if isinstance(scope, dict) else {}
    if set(fields) != {"preTransaction"}:
        raise invalid_params("Invalid params: scope is `network` or {`preTransaction`: signature}.")
    capture = node.chain.captures.get(parse_signature(fields["preTransaction"]))
    return [] if capture is None else capture.found()


def _snapshot_row(node: Node, key: Pubkey, account: Account, parsed: bool) -> dict[str, Any]:
    return {
        "lamports": account.lamports,
        "owner": str(account.owner),
        "executable": account.executable,
        "rentEpoch": account.rent_epoch,
        "data": base64.b64encode(account.data).decode(),
        "parsedData": parse_account(key, account, node.chain.vm.account) if parsed else None,
    }
