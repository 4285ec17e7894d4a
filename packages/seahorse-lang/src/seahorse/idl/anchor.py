"""The Anchor IDL, spec 0.1.0 (anchor-lang-idl-spec 0.1.0): what current Anchor clients read."""

from __future__ import annotations

import json
from typing import Any

from seahorse.idl.types import IdlShape, IdlSpelling, foreign_accounts, type_name, used_types
from seahorse.ir.addresses import ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_PROGRAM_ID, encode_base58
from seahorse.ir.layout import account_discriminator, event_discriminator, pascal_case
from seahorse.ir.literals import literal_json
from seahorse.ir.nodes import AccountCreation, AccountSlot, Instruction, LoweredProgram, ResolvedPda, SlotKind
from seahorse.semantics import tree
from seahorse.semantics.tree.types import PUBKEY, BoolType, EnumType

Json = dict[str, Any]
SPELLING = IdlSpelling("pubkey", lambda name: {"defined": {"name": name}})


def anchor_idl(program: LoweredProgram) -> Json:
    """The IDL of a program as JSON-ready data. It omits keys without content, as Anchor's serializer does."""
    idl: Json = {
        "address": encode_base58(program.id),
        "metadata": {"name": program.name, "version": "0.1.0", "spec": "0.1.0"},
    }
    if program.docs:
        idl["metadata"]["description"] = program.docs[0]
        idl.update(_docs(program.docs))
    # An IDL has no form for an instruction that takes all other data.
    told = [i for i in program.instructions if not i.fallback]
    idl["instructions"] = [_instruction(i, program.id) for i in sorted(told, key=lambda i: i.name)]
    accounts = [*program.accounts, *foreign_accounts(program)]
    if accounts:
        idl["accounts"] = [
            {"name": d.name, "discriminator": list(account_discriminator(d))}
            for d in sorted(accounts, key=lambda d: d.name)
        ]
    if program.events:
        idl["events"] = [
            {"name": d.name, "discriminator": list(event_discriminator(d))}
            for d in sorted(program.events, key=lambda d: d.name)
        ]
    if program.errors:
        idl["errors"] = [{"code": e.code, "name": pascal_case(e.name), "msg": e.message} for e in program.errors]
    types = used_types(program, foreign=True)
    if types:
        idl["types"] = [_type_def(s) for s in types]
    if program.constants:
        idl["constants"] = constants(program, SPELLING)
    return idl


def constants(program: LoweredProgram, spelling: IdlSpelling) -> list[Json]:
    """The constants, each with its value as Rust would write it."""
    return [
        {"name": c.name, **_docs(list(c.docs)), "type": type_name(c.type, spelling), "value": _constant(c)}
        for c in program.constants
    ]


def _constant(c: tree.ConstDecl) -> str:
    match c.value:
        case bool():
            return str(c.value).lower()
        case str():
            return json.dumps(c.value, ensure_ascii=False)
        case bytes() if c.type == PUBKEY:
            return encode_base58(c.value)
        case bytes():
            return str(list(c.value))
        case _:
            return repr(c.value)


def _docs(docs: list[str]) -> Json:
    # Anchor trims every line of a documentation comment.
    return {"docs": [d.strip() for d in docs]} if docs else {}


def _instruction(instruction: Instruction, own_id: bytes) -> Json:
    out: Json = {"name": instruction.name, **_docs(instruction.docs)}
    out["discriminator"] = list(instruction.discriminator)
    out["accounts"] = [_account(s, instruction, own_id) for s in instruction.slots]
    out["args"] = [_argument(a) for a in instruction.args]
    if instruction.returns is not None:
        out["returns"] = type_name(instruction.returns, SPELLING)
    return out


def _argument(argument: tree.ArgParam) -> Json:
    out: Json = {"name": argument.name, **_docs(argument.docs), "type": type_name(argument.type, SPELLING)}
    if argument.default is not None:
        # Anchor's clients do not know this key: they pass every argument.
        out["default"] = literal_json(argument.default)
    return out


def _account(slot: AccountSlot, instruction: Instruction, own_id: bytes) -> Json:
    out: Json = {"name": slot.name, **_docs(slot.docs)}
    if slot.writable:
        out["writable"] = True
    if slot.signer:
        out["signer"] = True
    if slot.optional:
        out["optional"] = True
    if (pda := _address(slot, instruction, own_id)) is not None:
        out["pda"] = pda
    # Of an account that events add, Anchor tells the seeds or nothing.
    if slot.address is not None and not (slot.implicit and slot.kind == SlotKind.UNCHECKED):
        out["address"] = encode_base58(slot.address)
    return out


def _address(slot: AccountSlot, instruction: Instruction, own_id: bytes) -> Json | None:
    """The seeds of an account, declared or those by which it is created. None when it has none that an IDL can tell."""
    if slot.pda is not None:
        return _pda(slot, slot.pda, instruction, own_id)
    made = next((c for c in instruction.checks if isinstance(c, AccountCreation) and c.slot == slot.index), None)
    return None if made is None or not made.associated else _associated(made, instruction)


def _associated(made: AccountCreation, instruction: Instruction) -> Json | None:
    """The associated account of an authority and a mint, as the associated token program derives it."""
    if made.authority is None or made.mint is None:
        return None
    token: Json = {"kind": "const", "value": list(TOKEN_PROGRAM_ID)}
    if made.any_token:
        # The program that owns the mint: clients pass it.
        chosen = [s for s in instruction.slots if s.kind == SlotKind.PROGRAM and s.name == "token_program"]
        if not chosen:
            return None
        token = {"kind": "account", "path": "token_program"}
    owner, mint = ({"kind": "account", "path": instruction.slots[i].name} for i in (made.authority, made.mint))
    program = {"kind": "const", "value": list(ASSOCIATED_TOKEN_PROGRAM_ID)}
    return {"seeds": [owner, token, mint], "program": program}


def _pda(slot: AccountSlot, pda: ResolvedPda, instruction: Instruction, own_id: bytes) -> Json | None:
    """The seeds for clients, who assume the called program (`own_id`).

    None when an IDL cannot express a seed: a slice, a computed value, or a field of the account itself.
    """
    seeds: list[Json] = []
    arguments = {a.name for a in instruction.args}
    for seed in pda.seeds:
        if isinstance(seed, tree.SeedConst):
            seeds.append({"kind": "const", "value": list(seed.value)})
            continue
        if isinstance(seed, tree.SeedExpr) or isinstance(seed.type, BoolType | EnumType):
            # Computed, or of a type that clients have no seed bytes for.
            return None
        if seed.slice is not None or (seed.param == slot.name and seed.fields):
            return None
        entry: Json = {"kind": "arg" if seed.param in arguments else "account"}
        entry["path"] = ".".join((seed.param, *seed.fields))
        if seed.fields and seed.param not in arguments:
            decl = instruction.slot(seed.param).decl
            if decl is not None:
                entry["account"] = decl.name
        seeds.append(entry)
    out: Json = {"seeds": seeds}
    if isinstance(pda.program, int):
        out["program"] = {"kind": "account", "path": instruction.slots[pda.program].name}
    elif pda.program != own_id:
        out["program"] = {"kind": "const", "value": list(pda.program)}
    return out


def _field(f: tree.Field) -> Json:
    return {"name": f.name, **_docs(f.docs), "type": type_name(f.type, SPELLING)}


def _type_def(shape: IdlShape) -> Json:
    if shape.variants is not None:
        body: Json = {"kind": "enum", "variants": [{"name": v} for v in shape.variants]}
        for variant, fields in zip(body["variants"], shape.contents or [], strict=False):
            if fields:
                variant["fields"] = [_field(f) for f in fields]
    elif shape.elems is not None:
        body = {"kind": "struct", "fields": [type_name(t, SPELLING) for t in shape.elems]}
    else:
        body = {
            "kind": "struct",
            "fields": [_field(f) for f in shape.fields],
        }
    return {"name": shape.name, **_docs(shape.docs), "type": body}
