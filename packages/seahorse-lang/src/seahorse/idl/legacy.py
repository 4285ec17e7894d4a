"""The IDL form of Anchor before 0.30, which AnchorPy reads: camelCase names, no discriminators."""

from __future__ import annotations

from seahorse.idl.anchor import Json, constants
from seahorse.idl.types import IdlShape, IdlSpelling, type_name, used_types
from seahorse.ir.addresses import encode_base58
from seahorse.ir.layout import pascal_case
from seahorse.ir.nodes import AccountSlot, Instruction, LoweredProgram
from seahorse.semantics import tree

SPELLING = IdlSpelling("publicKey", lambda name: {"defined": name})


def legacy_idl(program: LoweredProgram) -> Json:
    """The IDL of a program in the pre-0.30 form, as JSON-ready data."""
    account_names = {d.name for d in program.accounts}
    event_names = {d.name for d in program.events}
    shapes = used_types(program)
    idl: Json = {"version": "0.1.0", "name": program.name}
    if program.docs:
        idl["docs"] = program.docs
    if program.constants:
        # Without documentation, which this form has not.
        idl["constants"] = [{k: v for k, v in c.items() if k != "docs"} for c in constants(program, SPELLING)]
    idl["instructions"] = [_instruction(i) for i in program.instructions if not i.fallback]
    idl["accounts"] = [_type_def(s) for s in shapes if s.name in account_names]
    idl["types"] = [_type_def(s) for s in shapes if s.name not in account_names | event_names]
    idl["events"] = [
        {"name": d.name, "fields": [{**_field(f), "index": False} for f in d.all_fields()]} for d in program.events
    ]
    idl["errors"] = [{"code": e.code, "name": pascal_case(e.name), "msg": e.message} for e in program.errors]
    idl["metadata"] = {"address": encode_base58(program.id)}
    return idl


def camel_case(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _docs(docs: list[str]) -> Json:
    return {"docs": docs} if docs else {}


def _instruction(instruction: Instruction) -> Json:
    out: Json = {"name": camel_case(instruction.name), **_docs(instruction.docs)}
    out["accounts"] = [_account(s) for s in instruction.slots]
    out["args"] = [
        {"name": camel_case(a.name), **_docs(a.docs), "type": type_name(a.type, SPELLING)} for a in instruction.args
    ]
    if instruction.returns is not None:
        out["returns"] = type_name(instruction.returns, SPELLING)
    return out


def _account(slot: AccountSlot) -> Json:
    out: Json = {"name": camel_case(slot.name), "isMut": slot.writable, "isSigner": slot.signer}
    if slot.optional:
        out["isOptional"] = True
    return {**out, **_docs(slot.docs)}


def _field(f: tree.Field) -> Json:
    return {"name": camel_case(f.name), "type": type_name(f.type, SPELLING)}


def _type_def(shape: IdlShape) -> Json:
    if shape.variants is not None:
        body: Json = {"kind": "enum", "variants": [{"name": v} for v in shape.variants]}
    elif shape.elems is not None:
        # This form has no tuple structs; fields named by position have the same layout.
        fields = [{"name": f"field{i}", "type": type_name(t, SPELLING)} for i, t in enumerate(shape.elems)]
        body = {"kind": "struct", "fields": fields}
    else:
        body = {"kind": "struct", "fields": [{**_docs(f.docs), **_field(f)} for f in shape.fields]}
    return {"name": shape.name, **_docs(shape.docs), "type": body}
