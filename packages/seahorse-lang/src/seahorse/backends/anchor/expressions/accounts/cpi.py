"""Accounts and calls of other programs: keys, balances, tokens, typed calls, and what must be written or read again."""

from __future__ import annotations

from seahorse.backends.anchor.expressions.calls import limited, program_account, read_again
from seahorse.backends.anchor.expressions.foreign_tuples import from_foreign, to_foreign
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.rust.blocks import Do, RustStmt
from seahorse.backends.anchor.rust.calls import Macro, RustArray, RustCall
from seahorse.backends.anchor.rust.chains import Method, RustField, Try
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Cast,
    Closure,
    Prefix,
    RustExpr,
    StructLit,
    paren,
)
from seahorse.backends.anchor.scope import seeds
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.backends.anchor.scope.places import receiver
from seahorse.ir import nodes as ir
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVAR_GETS, SYSVARS
from seahorse.semantics.tree.types import SIGNER, AccountType, NoneType, OptionType

# --- fields of accounts ---------------------------------------------------------------------------------------


def _key(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[0]), "key"))


def _lamports(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[0]), "get_lamports"))


def _owner(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Prefix("*", RustField(info(body, e.args[0]), "owner")))


def _data_len(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Cast(Method(info(body, e.args[0]), "data_len"), "u64"))


def _flag_of(name: str):
    def read(body: BodyWriter, e: tree.Builtin) -> RustValue:
        return RustValue(RustField(info(body, e.args[0]), name))

    return read


def info(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """The AccountInfo of an account."""
    return Method(body.place(e), "to_account_info")


def _token_field(name: str):
    def read(body: BodyWriter, e: tree.Builtin) -> RustValue:
        return RustValue(RustField(body.place(e.args[0]), name), "place")

    return read


def _coption(name: str):
    def read(body: BodyWriter, e: tree.Builtin) -> RustValue:
        return RustValue(RustCall("Option::<Pubkey>::from", [RustField(body.place(e.args[0]), name)]))

    return read


def _mint_authority(body: BodyWriter, e: tree.Builtin) -> RustValue:
    value = RustField(body.place(e.args[0]), "mint_authority")
    return RustValue(body.fail(Method(value, "ok_or", [Atom("ProgramError::InvalidArgument")])))


def _is_frozen(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[0]), "is_frozen"))


def _is_native(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[0]), "is_native"))


def _sysvar_get(name: str):
    def get(body: BodyWriter, e: tree.Builtin) -> RustValue:
        return RustValue(body.fail(RustCall(f"{name}::get", [])))

    return get


def _sysvar_field(name: str):
    def read(body: BodyWriter, e: tree.Builtin) -> RustValue:
        return RustValue(RustField(body.place(e.args[0]), name), "place")

    return read


def _bump(body: BodyWriter, e: tree.Builtin) -> RustValue:
    for root in roots(e.args[0]):
        slot = body.facts.slot(root)
        if slot is not None:
            return RustValue(bump_of(body, slot, ir.BumpFound(slot.index)))
    raise body.unsupported(e.span, "the bump is known in the instruction only", "pass it as an argument")


def bump_of(body: BodyWriter, slot: ir.AccountSlot, bump: ir.Bump) -> RustExpr:
    """A bump: from the account when it stores one, else as Anchor found it."""
    stored = slot.decl is not None and slot.decl.field("bump") is not None
    if slot.kind == ir.SlotKind.PROGRAM_ACCOUNT and stored and isinstance(bump, ir.BumpStored | ir.BumpConst):
        assert slot.local is not None
        return RustField(body.translate(tree.Var(slot.type, slot.span, slot.local)).expr, "bump")  # type: ignore[arg-type]
    return Atom(f"ctx.bumps.{names.public(slot.name)}")


# --- lamports -------------------------------------------------------------------------------------------------


def _transfer_lamports(body: BodyWriter, e: tree.Builtin) -> RustValue:
    source, to, amount = e.args
    seeds = e.kwargs.get("signer")
    signers = [seeds] if isinstance(seeds, tree.SignerSeeds) else []
    if source.type == SIGNER or signers:
        body.use("anchor_lang", "system_program")
        accounts = StructLit("system_program::Transfer", [("from", info(body, source)), ("to", info(body, to))])
        made = context(body, called_program(body, "system_program", e), accounts, signers)
        return RustValue(body.fail(RustCall("system_program::transfer", [made, body.operand(amount)])))
    helper = body.helper("move_lamports")
    return RustValue(
        body.fail(
            RustCall(helper, [Prefix("&", info(body, source)), Prefix("&", info(body, to)), body.operand(amount)])
        )
    )


def _close(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(body.fail(Method(body.place(e.args[0]), "close", [info(body, e.args[1])])))


# --- signatures -----------------------------------------------------------------------------------------------


def signature(body: BodyWriter, s: tree.SignerSeeds) -> RustExpr:
    """The seeds of one signing address."""
    if s.seeds:
        parts = [_seed_expr(body, x, last=i == len(s.seeds) - 1) for i, x in enumerate(s.seeds)]
        return Prefix("&", RustArray(parts))
    assert s.account is not None
    assert body.facts.instruction is not None
    pda = body.facts.instruction.signer_pdas[s.account.id]
    slot = body.facts.slot(s.account.id)
    assert slot is not None
    names_of = {x.name: x for x in body.facts.instruction.slots}

    def place(param: str) -> RustExpr:
        other = names_of.get(param)
        if other is not None and other.local is not None:
            return body.translate(tree.Var(other.type, other.span, other.local)).expr  # type: ignore[arg-type]
        return Atom(names.local(param))

    return seeds.signer(body.crate, body.types, pda.seeds, bump_of(body, slot, pda.bump), place, set(names_of))


def _seed_expr(body: BodyWriter, e: tree.Expr, last: bool) -> RustExpr:
    if last and str(e.type) == "u8":
        return Prefix("&", RustArray([body.owned(e)]))
    if isinstance(e, tree.StrLit):
        return seeds.constant(body.crate, body.types, e.value.encode())
    if isinstance(e, tree.BytesLit):
        return seeds.constant(body.crate, body.types, e.value)
    if isinstance(e, tree.PubkeyLit):
        return Method(body.translate(e).expr, "as_ref")
    if isinstance(e, tree.IntLit):
        return Method(Method(receiver(body, e, e.type), "to_le_bytes"), "as_ref")
    return seeds.as_bytes(body.crate, body.types, paren(body.translate(e).expr, 18), e.type)


def context(body: BodyWriter, program: RustExpr, accounts: RustExpr, signers: list[tree.SignerSeeds]) -> RustExpr:
    """`CpiContext::new(...)`, with the signing seeds when there are any."""
    if not signers:
        return RustCall("CpiContext::new", [program, accounts])
    listed = Prefix("&", RustArray([signature(body, s) for s in signers]))
    return RustCall("CpiContext::new_with_signer", [program, accounts, listed])


def called_program(body: BodyWriter, name: str, e: tree.Expr) -> RustExpr:
    """The program that is called, as `CpiContext` takes it."""
    return _of_program(body, name, e, body.crate.dialect.callee)


def _of_program(body: BodyWriter, name: str, e: tree.Expr, method: str) -> RustExpr:
    held = program_account(body, name, e)
    return Method(held.value if isinstance(held, Prefix) else held, method)


# --- tokens ---------------------------------------------------------------------------------------------------


def _token_call(function: str, struct: str, fields: tuple[tuple[str, int], ...], written: tuple[int, ...]):
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        body.use("anchor_spl", "token")
        accounts = StructLit(f"token::{struct}", [(name, info(body, e.args[i])) for name, i in fields])
        signer = e.kwargs.get("signer")
        signers = [signer] if isinstance(signer, tree.SignerSeeds) else []
        made = context(body, called_program(body, "token_program", e), accounts, signers)
        found = {root for i in written for root in roots(e.args[i])}
        for i in written:
            read_again(body, e.args[i], e, found)
        return RustValue(body.fail(RustCall(f"token::{function}", [made, body.operand(e.args[3])])))

    return write


# --- typed calls ----------------------------------------------------------------------------------------------


@handles(tree.CpiCall)
def _cpi_call(body: BodyWriter, e: tree.CpiCall) -> RustValue:
    target = body.crate.program.cpi_targets[(e.program, e.instruction.name)]
    module = body.types.program(e.program)
    fields: list[tuple[str, RustExpr | None]] = []
    if any(s.implicit and s.pda is not None for s in target.slots):
        hint = "build the bytecode alone: `seahorse build --no-rust`"
        raise body.unsupported(
            e.span, f"a call of `{target.name}`, whose events are calls, has no Rust form here", hint
        )
    for slot in target.slots:
        fields.append((names.public(slot.name), _callee_account(body, e, slot)))
    struct = f"{module}::cpi::accounts::{names.pascal(target.name)}"
    made = context(body, called_program(body, f"{e.program}_program", e), StructLit(struct, fields), e.signers)
    args = [to_foreign(module, a.type, _callee_argument(body, e.args[a.name], a)) for a in target.args]
    given = [e.accounts[s.name] for s in target.slots if s.writable and not s.implicit]
    found = {root for account in given for root in roots(account)}
    for slot in target.slots:
        if not slot.implicit:
            if slot.kind == ir.SlotKind.PROGRAM_ACCOUNT:
                _write_before(body, e.accounts[slot.name])
            if slot.writable:
                read_again(body, e.accounts[slot.name], e, found)
    call: RustExpr = body.fail(RustCall(f"{module}::cpi::{names.public(target.name)}", [made, *args]))
    if not isinstance(e.type, NoneType):
        call = from_foreign(module, e.type, Method(call, "get"))
    return RustValue(call)


def _callee_argument(body: BodyWriter, e: tree.Expr, arg: tree.ArgParam) -> RustExpr:
    return limited(body, arg.type, e, body.owned(e))


def _callee_account(body: BodyWriter, e: tree.CpiCall, slot: ir.AccountSlot) -> RustExpr:
    if slot.implicit:
        return _of_program(body, slot.name, e, "to_account_info")
    account = e.accounts[slot.name]
    if not slot.optional:
        return info(body, account)
    if isinstance(account, tree.NoneLit):
        return Atom("None")
    if isinstance(account.type, OptionType) and not isinstance(account, tree.Coerce):
        held = Method(body.place(account), "as_ref")
        return Method(held, "map", [Closure("account", Method(Atom("account"), "to_account_info"))])
    inner = account.value if isinstance(account, tree.Coerce) else account
    if isinstance(inner, tree.NoneLit):
        return Atom("None")
    return RustCall("Some", [info(body, inner)])


def _write_before(body: BodyWriter, account: tree.Expr) -> None:
    """Before a call that decodes an account of this program: write what was changed of it."""
    inner = account.value if isinstance(account, tree.Coerce | tree.Unwrap) else account
    t = inner.type
    if not isinstance(t, AccountType) or not body.crate.is_own(t.decl):
        return
    # The caller may have changed an account that a function gets.
    changed = body.facts.mutated | (body.crate.functions.changed if body.facts.instruction is None else set[int]())
    if roots(account) & changed or any(body.facts.is_new(r) for r in roots(account)):
        body.output.fails = True
        written: RustStmt = Do(Try(Method(body.translate(account).expr, "exit", [Atom("&crate::ID")])))
        body.output.before.append(written)


# --- untyped calls and addresses ------------------------------------------------------------------------------


def _invoke(body: BodyWriter, e: tree.Builtin) -> RustValue:
    """`program.invoke(accounts, data)`."""
    program, accounts, data = e.args
    if not isinstance(accounts, tree.ListLit):
        raise body.unsupported(
            accounts.span, "a list of accounts that is made at run time has no Rust form here", "write the list out"
        )
    body.use("anchor_lang::solana_program", "program")
    body.use("anchor_lang::solana_program", "instruction")
    lent = e.kwargs.get("signer")
    metas: list[RustExpr] = []
    infos: list[RustExpr] = []
    signers: list[tree.SignerSeeds] = []
    for item in accounts.items:
        assert isinstance(item, tree.Builtin)
        account = item.args[0]
        mut = _flag(item, 1, "mut")
        sign = _flag(item, 2, "signer")
        kept = item.kwargs.get("seeds")
        if isinstance(kept, tree.SignerSeeds):
            signers.append(kept)
        key = Method(body.place(account), "key")
        signs = Atom("true") if kept is not None else _flag_value(body, sign)
        flags: list[tuple[str, RustExpr | None]] = [("is_signer", signs), ("is_writable", _flag_value(body, mut))]
        metas.append(StructLit("instruction::AccountMeta", [("pubkey", key), *flags]))
        infos.append(info(body, account))
        _write_before(body, account)
        if mut is not None and not (isinstance(mut, tree.BoolLit) and not mut.value):
            read_again(body, account, e)
    payload = body.owned(data)
    built = StructLit(
        "instruction::Instruction",
        [
            ("program_id", Method(body.place(program), "key")),
            ("accounts", Macro("vec", metas, "[]")),
            ("data", payload),
        ],
    )
    listed = Prefix("&", RustArray(infos))
    if isinstance(lent, tree.SignerSeeds):
        signers.append(lent)
    if signers:
        signed = Prefix("&", RustArray([signature(body, s) for s in signers]))
        return RustValue(body.fail(RustCall("program::invoke_signed", [Prefix("&", built), listed, signed])))
    return RustValue(body.fail(RustCall("program::invoke", [Prefix("&", built), listed])))


def _flag_value(body: BodyWriter, e: tree.Expr | None) -> RustExpr:
    return Atom("false") if e is None else body.operand(e)


def _flag(item: tree.Builtin, at: int, name: str) -> tree.Expr | None:
    return item.args[at] if len(item.args) > at else item.kwargs.get(name)


def _find_address(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(RustCall("Pubkey::find_program_address", [_seed_list(body, e.args[0]), body.borrow(e.args[1])]))


def _create_address(body: BodyWriter, e: tree.Builtin) -> RustValue:
    made = RustCall("Pubkey::create_program_address", [_seed_list(body, e.args[0]), body.borrow(e.args[1])])
    return RustValue(body.fail(Method(made, "map_err", [Closure("_", Atom("ProgramError::InvalidSeeds"))])))


def _seed_list(body: BodyWriter, e: tree.Expr) -> RustExpr:
    assert isinstance(e, tree.ListLit | tree.TupleLit | tree.ArrayLit)
    return Prefix("&", RustArray([_seed_expr(body, x, last=False) for x in e.items]))


BUILTINS = {
    "key": _key,
    "lamports": _lamports,
    "owner": _owner,
    "data_len": _data_len,
    "bump": _bump,
    "transfer_lamports": _transfer_lamports,
    "close": _close,
    "token.amount": _token_field("amount"),
    "token.authority": _token_field("owner"),
    "token.mint": _token_field("mint"),
    "token.delegate": _coption("delegate"),
    "token.delegated_amount": _token_field("delegated_amount"),
    "token.is_frozen": _is_frozen,
    "token.is_native": _is_native,
    "token.close_authority": _coption("close_authority"),
    **{name: _flag_of(name) for name in ("is_signer", "is_writable", "executable")},
    "mint.supply": _token_field("supply"),
    "mint.decimals": _token_field("decimals"),
    "mint.authority": _mint_authority,
    "mint.freeze_authority": _coption("freeze_authority"),
    "token.transfer": _token_call("transfer", "Transfer", (("from", 0), ("to", 2), ("authority", 1)), (0, 2)),
    "mint.mint": _token_call("mint_to", "MintTo", (("mint", 0), ("to", 2), ("authority", 1)), (0, 2)),
    "mint.burn": _token_call("burn", "Burn", (("mint", 0), ("from", 2), ("authority", 1)), (0, 2)),
    "program.invoke": _invoke,
    "program_data.upgrade_authority": _token_field("upgrade_authority_address"),
    "find_program_address": _find_address,
    "create_program_address": _create_address,
    **{get: _sysvar_get(name) for get, name in SYSVAR_GETS.items()},
    **{f"{ACCOUNT_KINDS[name].group}.{n}": _sysvar_field(n) for name in SYSVARS for n in SYSVARS[name].offsets},
}
