"""Strings, bytes, f-strings and print."""

from __future__ import annotations

from seahorse.backends.anchor.crate.helper_texts import LONGEST_TUPLE
from seahorse.backends.anchor.naming import literals
from seahorse.backends.anchor.rust.calls import Macro, RustArray, RustCall
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Cast,
    Closure,
    Index,
    Prefix,
    Range,
    RustExpr,
    paren,
)
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.backends.anchor.scope.places import bounds, typed_literal, wide
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
)


def text_ref(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """A `&str` of an expression."""
    rust_value = body.translate(e)
    if rust_value.kind in ("ref", "mut"):
        return rust_value.expr
    if rust_value.kind == "place":
        return Method(rust_value.expr, "as_str")
    return Prefix("&", rust_value.expr)


def bytes_ref(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """A `&[u8]` of an expression."""
    rust_value = body.translate(e)
    return rust_value.expr if rust_value.kind in ("ref", "mut") else Prefix("&", paren(rust_value.expr, 16))


# --- formatting -----------------------------------------------------------------------------------------------


@handles(tree.FString)
def _fstring(body: BodyWriter, e: tree.FString) -> RustValue:
    template, args = template_of(body, e)
    if not args:
        return RustValue(literals.text(template.replace("{{", "{").replace("}}", "}")), "ref")
    if template == "{}":
        return RustValue(Method(paren(args[0], 18), "to_string"))
    return RustValue(Macro("format", [literals.text(template), *args]))


def message(body: BodyWriter, e: tree.Expr) -> Macro:
    """`msg!(...)` of a text."""
    if isinstance(e, tree.FString):
        template, args = template_of(body, e)
        return Macro("msg", [literals.text(template), *args])
    if isinstance(e, tree.StrLit):
        return Macro("msg", [literals.text(_escape(e.value))])
    return Macro("msg", [Atom('"{}"'), _displayed(body, e)])


def _escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def template_of(body: BodyWriter, e: tree.FString) -> tuple[str, list[RustExpr]]:
    """A format string and its arguments."""
    template = ""
    args: list[RustExpr] = []
    for part, spec in e.parts:
        if isinstance(part, tree.StrLit) and spec is None:
            template += _escape(part.value)
            continue
        placeholder, arg = _with_spec(body, part, spec) if spec else ("{}", _displayed(body, part))
        template += placeholder
        args.append(arg)
    return template, args


def _with_spec(body: BodyWriter, e: tree.Expr, spec: str) -> tuple[str, RustExpr]:
    """The placeholder and the argument for a format. Those that the language has are Rust's as well."""
    value = body.operand(e)
    if isinstance(e.type, FloatType):
        return "{}", RustCall(body.helper("float_fixed"), [value, Atom(spec.strip(".f"))])
    assert isinstance(e.type, IntType)
    spec = spec.removesuffix("d")
    if e.type.signed and spec[-1:] in _SIGNED:
        value = RustCall(body.helper(_SIGNED[spec[-1]]), [wide(body, e)])
        spec = spec[:-1]
    return f"{{:{spec}}}" if spec else "{}", value


# The helper that writes a signed number in another base.
_SIGNED = {"x": "SignedHex", "X": "SignedUpperHex", "b": "SignedBinary"}


def _displayed(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """A value as an argument of a format string, spelled as Python spells it."""
    if isinstance(e, tree.IntLit):
        return typed_literal(e)
    if isinstance(e.type, StrType | IntType | PubkeyType):
        return body.translate(e).expr
    return display(body, body.translate(e), e.type, e)


def display(body: BodyWriter, rust_value: RustValue, t: Type, e: tree.Expr) -> RustExpr:
    value = rust_value.expr
    match t:
        case BoolType():
            return RustCall(body.helper("bool_text"), [body.own(rust_value, t)])
        case FloatType():
            return RustCall(body.helper("float_text"), [body.own(rust_value, t)])
        case BytesType():
            held = value if rust_value.kind in ("ref", "mut") else Prefix("&", paren(value, 16))
            return RustCall(body.helper("bytes_text"), [held])
        case OptionType(inner=StrType()):
            return Method(Method(paren(value, 18), "as_deref"), "unwrap_or", [Atom('"None"')])
        case _:
            need_repr(body, t, e)
            body.helper("Repr")
            return Method(paren(value, 18), "repr")


def need_repr(body: BodyWriter, t: Type, e: tree.Expr) -> None:
    """Note the program's own types whose text is wanted."""
    match t:
        case BytesType():
            # Rust's type of them is that of a list of numbers.
            raise body.unsupported(e.span, "bytes within another value have no text here", "print them by themselves")
        case EnumType() | ClassType():
            body.crate.reprs[t.decl] = None
            for f in t.decl.all_fields() if isinstance(t, ClassType) else []:
                need_repr(body, f.type, e)
        case OptionType(inner=inner) | ListType(elem=inner) | ArrayType(elem=inner):
            need_repr(body, inner, e)
        case TupleType(elems=elems):
            if len(elems) > LONGEST_TUPLE:
                raise body.unsupported(e.span, "a tuple this long has no text here", "print its elements")
            body.crate.helpers.add(f"Repr{len(elems)}")
            for inner in elems:
                need_repr(body, inner, e)
        case _:
            pass


# --- slices and joins -----------------------------------------------------------------------------------------


@handles(tree.Concat)
def _concat(body: BodyWriter, e: tree.Concat) -> RustValue:
    if isinstance(e.type, StrType):
        parts = _flatten(e)
        template = "".join(_escape(p.value) if isinstance(p, tree.StrLit) else "{}" for p in parts)
        args = [body.translate(p).expr for p in parts if not isinstance(p, tree.StrLit)]
        return RustValue(Macro("format", [literals.text(template), *args]))
    return RustValue(Method(RustArray([_whole_slice(body, s) for s in (e.left, e.right)]), "concat"))


def _whole_slice(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """All bytes or elements as a slice; a named constant of bytes is one."""
    place = body.place(e)
    if isinstance(e, tree.BytesLit) and isinstance(place, Atom) and place.text.isidentifier():
        return place
    return Prefix("&", Index(paren(place, 18), Range(None, None)))


def _flatten(e: tree.Expr) -> list[tree.Expr]:
    if isinstance(e, tree.Concat):
        return [*_flatten(e.left), *_flatten(e.right)]
    return [e]


def slice_text(body: BodyWriter, e: tree.GetSlice) -> RustValue:
    """`text[a:b]`, in characters."""
    if e.step is not None:
        return RustValue(body.fail(RustCall(body.helper("text_steps"), [text_ref(body, e.obj), *bounds(body, e)])))
    return RustValue(RustCall(body.helper("text_slice"), [text_ref(body, e.obj), *bounds(body, e)]), "ref")


# --- builtins -------------------------------------------------------------------------------------------------


def _encode(body: BodyWriter, e: tree.Builtin) -> RustValue:
    rust_value = body.translate(e.args[0])
    return RustValue(Method(rust_value.expr, "as_bytes"), "ref")


def _case(name: str):
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        return RustValue(Method(body.place(e.args[0]), name))

    return write


def _starts(name: str):
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        return RustValue(Method(body.place(e.args[0]), name, [text_ref(body, e.args[1])]))

    return write


def _strip(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[0]), "trim"), "ref")


def _find(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(RustCall(body.helper("text_find"), [text_ref(body, e.args[0]), text_ref(body, e.args[1])]))


def _replace(body: BodyWriter, e: tree.Builtin) -> RustValue:
    args = [text_ref(body, a) for a in e.args]
    return RustValue(body.fail(RustCall(body.helper("text_replace"), args)))


def _split(body: BodyWriter, e: tree.Builtin) -> RustValue:
    if len(e.args) > 1 and not (isinstance(e.args[1], tree.StrLit) and e.args[1].value):
        return RustValue(body.fail(RustCall(body.helper("text_split"), [text_ref(body, a) for a in e.args])))
    text = body.place(e.args[0])
    parts = Method(text, "split", [text_ref(body, e.args[1])]) if len(e.args) > 1 else Method(text, "split_whitespace")
    return RustValue(Method(Method(parts, "map", [Atom("str::to_string")]), "collect::<Vec<_>>"))


def _join(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[1]), "join", [text_ref(body, e.args[0])]))


def _decode(body: BodyWriter, e: tree.Builtin) -> RustValue:
    made = RustCall("String::from_utf8", [body.owned(e.args[0])])
    return RustValue(body.fail(Method(made, "map_err", [Closure("_", Atom("ProgramError::InvalidArgument"))])))


def _size(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Cast(Method(body.place(e.args[0]), "len"), "u64"))


def _to_str(body: BodyWriter, e: tree.Builtin) -> RustValue:
    arg = e.args[0]
    if isinstance(arg.type, StrType):
        return body.translate(arg)
    if isinstance(arg.type, IntType | PubkeyType):
        shown = typed_literal(arg) if isinstance(arg, tree.IntLit) else body.operand(arg)
        return RustValue(Method(paren(shown, 18), "to_string"))
    shown = display(body, body.translate(arg), arg.type, arg)
    is_ref = isinstance(arg.type, BoolType) or (
        isinstance(arg.type, OptionType) and isinstance(arg.type.inner, StrType)
    )
    return RustValue(shown, "ref" if is_ref else "value")


def _pubkey_bytes(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(Method(body.place(e.args[0]), "to_bytes"), "to_vec"))


def _sha256(body: BodyWriter, e: tree.Builtin) -> RustValue:
    made = RustCall("solana_sha256_hasher::hash", [bytes_ref(body, e.args[0])])
    return RustValue(Method(Method(made, "to_bytes"), "to_vec"))


BUILTINS = {
    "str.encode": _encode,
    "str.upper": _case("to_ascii_uppercase"),
    "str.lower": _case("to_ascii_lowercase"),
    "str.isascii": _case("is_ascii"),
    "str.startswith": _starts("starts_with"),
    "str.endswith": _starts("ends_with"),
    "str.strip": _strip,
    "str.find": _find,
    "str.replace": _replace,
    "str.split": _split,
    "str.join": _join,
    "bytes.decode": _decode,
    "size": _size,
    "str": _to_str,
    "pubkey.bytes": _pubkey_bytes,
    "sha256": _sha256,
}
