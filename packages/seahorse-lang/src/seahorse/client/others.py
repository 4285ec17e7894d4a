"""Events, errors and constants."""

from __future__ import annotations

import json
import re
from typing import Any

from solders.pubkey import Pubkey

from seahorse.client.names import Scope, check_name, class_name, upper_name
from seahorse.client.records import CodeBlock, codecs, field_lines, head, members
from seahorse.client.text import WIDTH, bytes_literal, docstring, listed, literal, text_item, union
from seahorse.client.text import discriminator as tag_of
from seahorse.client.types import ClientTypes, LeftOut
from seahorse.stubs.document import IdlType
from seahorse.stubs.names import snake_case


def event(types: ClientTypes, t: IdlType, discriminator: bytes, *, apart: bool) -> CodeBlock:
    """The class of an event. `apart`: its fields stand in `types`. Raises LeftOut."""
    name = types.classes[t.name]
    fields, uses = members(types, t.fields, t.name)
    tag = tag_of(discriminator)
    if apart:
        lines = [f"class {name}(types.{name}, codec.Tagged):", *docstring(t.docs, "    ", f"The event `{t.name}`."), ""]
        return CodeBlock([*lines, "    __slots__ = ()", *tag], frozenset())
    lines = [*head(name, "(codec.Tagged)", t.docs, f"The event `{t.name}`."), "", *tag, *codecs(fields)]
    return CodeBlock([*lines, *field_lines(fields)], uses)


def event_functions(classes: list[str], program: str) -> list[str]:
    """What reads events from a transaction."""
    return [
        *union("Event", classes),
        *listed("EVENTS: tuple[codec.Kind[Event], ...] = ", classes, "()"),
        "",
        "",
        "def decode_event(data: bytes) -> Event | None:",
        '    """The event in what the program logged as data, or in the data of a call by which it',
        "    told itself an event; None for what is none of its events. Raises DecodeError.",
        '    """',
        "    return codec.decode_first(EVENTS, data.removeprefix(logs.EVENT_CALL))",
        "",
        "",
        "def events_in(",
        "    lines: Iterable[str],",
        "    *,",
        "    programs: Programs = PROGRAMS,",
        ") -> list[Event]:",
        '    """The program\'s events in a transaction\'s log, in their order. Raises DecodeError."""',
        f"    told = logs.data_of(lines, programs.{program})",
        "    return [event for data in told if (event := decode_event(data)) is not None]",
        "",
        "",
        "def events_in_calls(",
        "    calls: Iterable[tuple[Pubkey, bytes]],",
        "    *,",
        "    programs: Programs = PROGRAMS,",
        ") -> list[Event]:",
        '    """The events that the program told by calls to itself (`emit_cpi!`), from the inner',
        "    instructions of a transaction: program and data of each. Raises DecodeError.",
        '    """',
        f"    told = logs.event_calls(calls, programs.{program})",
        "    return [event for data in told if (event := decode_event(data)) is not None]",
    ]


def errors(rows: list[tuple[int, str, str]], program: str) -> list[str]:
    """The classes of a program's errors, and what finds them."""
    scope = Scope(("Iterable", "errors", "ERRORS", "error_of", "error_in"))
    base = scope.give_class(f"{class_name(program)}Error")
    lines = [f"class {base}(errors.ProgramError):", f'    """An error of `{program}`."""']
    classes: list[str] = []
    for code, name, message in rows:
        own = scope.give_class(class_name(check_name(name, "an error")))
        classes.append(own)
        lines += ["", "", "@errors.error(", f"    {code},", f"    {literal(name)},", *text_item(message), ")"]
        lines += [f"class {own}({base}):", *docstring([message], "    ", f"`{name}`.")]
    return [
        *lines,
        "",
        "",
        *listed(f"_ALL: tuple[type[{base}], ...] = ", classes, "()"),
        f"ERRORS: dict[int, type[{base}]] = {{kind.code: kind for kind in _ALL}}",
        "",
        "",
        f"def error_of(code: int) -> {base} | None:",
        '    """The error with a code; None when the program has no such error."""',
        "    kind = ERRORS.get(code)",
        "    return None if kind is None else kind()",
        "",
        "",
        "def error_in(",
        "    failure: object,",
        "    lines: Iterable[str] = (),",
        "    *,",
        "    programs: Programs = PROGRAMS,",
        f") -> {base} | None:",
        '    """The program\'s error in a transaction\'s, as solders reads it; None when another',
        "    program failed by the log, or when the code is none of the program's.",
        '    """',
        f"    code = errors.code_in(failure, lines, programs.{program})",
        "    return None if code is None else error_of(code)",
    ]


def constants(
    rows: list[tuple[str, Any, str]], types: ClientTypes
) -> tuple[list[str], list[tuple[str, str]], frozenset[str]]:
    """The lines of the constants, what is left out, and why."""
    scope = Scope()
    lines: list[str] = []
    left_out: list[tuple[str, str]] = []
    uses = frozenset[str]()
    for name, kind, value in rows:
        own = scope.give(upper_name(snake_case(check_name(name, "a constant"))))
        try:
            text = _constant(kind, value, types)
        except (LeftOut, ValueError) as error:
            left_out.append((f"constant {name}", str(error)))
            continue
        uses |= {"Pubkey"} if text.startswith("Pubkey") else frozenset[str]()
        line = f"{own}: Final = {text}"
        lines += [line] if len(line) <= WIDTH or '"' in text[:1] else [f"{own}: Final = (", f"    {text}", ")"]
    return lines, left_out, uses


def _constant(kind: Any, value: str, types: ClientTypes) -> str:
    """The value of a constant, which the IDL writes as Rust does. Raises ValueError for what is no literal."""
    text = value.strip()
    match kind:
        case "bool" if text in ("true", "false"):
            return text.capitalize()
        case "string":
            told: object = json.loads(text)
            if isinstance(told, str):
                return literal(told)
        case "pubkey" | "publicKey":
            return f'Pubkey.from_string("{Pubkey.from_string(text)}")'
        case "bytes" | {"array": ["u8", _]} if re.fullmatch(r"\[[\d,\s]*\]", text):
            return bytes_literal(bytes(json.loads(text)))
        case str() if kind[0] in "ui" and (found := re.fullmatch(r"(-?[\d_]+?)_?(?:[ui]\w+)?", text)):
            return str(int(found[1].replace("_", "")))
        case "f32" | "f64":
            return repr(float(text.replace("_", "")))
        case _:
            types.written(kind)
    raise ValueError(f"the value {text[:40]!r} is no literal")
