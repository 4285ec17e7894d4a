"""Accounts used in a way that cannot be meant: unsigned authorities, money for everybody, closing to itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seahorse.diagnostics import Diagnostic, Replacement
from seahorse.ir.nodes import AccountSlot, Instruction, SlotKind
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import OPERATIONS
from seahorse.semantics.tree.walk import walk
from seahorse.warnings.kinds import warning
from seahorse.warnings.reach import CalledBody, places

# Operations of the token program: the second argument authorizes.
_TOKEN_OPERATIONS = {name for name, o in OPERATIONS.items() if "token_program" in o.programs}
# Where the money goes: the position of that argument.
_DESTINATION = {"token.transfer": 2, "mint.mint": 2, "transfer_lamports": 1, "close": 1}
# Operations that read an account and check nothing about it.
_LOOKS = {"key", "lamports", "data_len", "owner", "bump", "pubkey.bytes", "str", "cpi_account"}


@dataclass(frozen=True)
class Move:
    """Lamports or tokens that leave an account which the program itself controls."""

    node: tree.Builtin
    source: str
    to: AccountSlot | None


def account_warnings(program_id: bytes, instruction: Instruction) -> list[Diagnostic]:
    """Warnings of one instruction, and of what it reaches."""
    reached = list(places(instruction))
    found = [w for place in reached for w in (*_unsigned(program_id, place), *_closed_to_itself(place))]
    if _asks_others(instruction, reached):
        return found
    checked = _checked(instruction, reached)
    for place in reached:
        for move in _moves(place):
            if not any(s.index in checked for s in instruction.slots if _signs(s)) and (
                not _is_compared(place, move) if move.to is None else move.to.index not in checked
            ):
                found.append(_unchecked(move))
    return found


def _unsigned(program_id: bytes, place: CalledBody) -> Iterator[Diagnostic]:
    for node in walk(list(place.body)):
        if isinstance(node, tree.Builtin) and node.name in _TOKEN_OPERATIONS and len(node.args) > 1:
            slot = place.slot_of(node.args[1])
            signed = node.kwargs.get("signer") is not None or slot is None or _signs(slot)
            if not signed and slot is not None and slot.pda is not None and slot.pda.program == program_id:
                yield warning(
                    "unsigned-pda",
                    node.args[1].span,
                    f"`{slot.name}` is an address of this program, and nothing signs for it: this call always fails",
                    f"write `{slot.name}.signer()`",
                    Replacement(node.args[1].span, f"{slot.name}.signer()")
                    if isinstance(node.args[1], tree.Var)
                    else None,
                )


def _closed_to_itself(place: CalledBody) -> Iterator[Diagnostic]:
    for node in walk(list(place.body)):
        if isinstance(node, tree.Builtin) and node.name == "close":
            closed, to = (place.slot_of(a) for a in node.args[:2])
            if closed is not None and closed is to:
                hint = "name another account, such as the payer's"
                yield warning("closed-to-itself", node.span, f"`{closed.name}` is closed to itself", hint)


def _moves(place: CalledBody) -> Iterator[Move]:
    for node in walk(list(place.body)):
        if not isinstance(node, tree.Builtin) or node.name not in _DESTINATION:
            continue
        source = place.slot_of(node.args[0])
        if node.name in _TOKEN_OPERATIONS:
            controlled = node.kwargs.get("signer") is not None
        else:
            controlled = source is not None and source.kind == SlotKind.PROGRAM_ACCOUNT
        if controlled:
            to = place.slot_of(node.args[_DESTINATION[node.name]])
            yield Move(node, source.name if source is not None else "an account", to)


def _is_compared(place: CalledBody, move: Move) -> bool:
    """Whether something is asked of the account that gets the money, which stands in a list of accounts."""
    to = move.node.args[_DESTINATION[move.node.name]]
    named = {n.local.id for n in walk(to) if isinstance(n, tree.Var)}
    tests = [n.test for n in walk(list(place.body)) if isinstance(n, tree.If | tree.Assert)]
    return any(isinstance(n, tree.Var) and n.local.id in named for n in walk(tests))


def _signs(slot: AccountSlot) -> bool:
    return slot.signer or slot.kind == SlotKind.SIGNER


def _asks_others(instruction: Instruction, reached: list[CalledBody]) -> bool:
    """Whether those who sign stand behind the accounts that have names, as owners of a multisig do."""
    if instruction.remaining is not None and instruction.remaining.kind == SlotKind.SIGNER:
        return True
    nodes = (n for place in reached for n in walk(list(place.body)))
    return any(isinstance(n, tree.Builtin) and n.name == "is_signer" for n in nodes)


def _checked(instruction: Instruction, reached: list[CalledBody]) -> set[int]:
    """The slots (by index) for which the program requires something: by their address, by seeds, or by the code."""
    by_name = {s.name: s.index for s in instruction.slots}
    found = {s.index for s in instruction.slots if s.address is not None or s.pda is not None}
    for slot in instruction.slots:
        for seed in slot.pda.seeds if slot.pda is not None else ():
            if isinstance(seed, tree.SeedParam) and seed.param in by_name:
                found.add(by_name[seed.param])
            elif isinstance(seed, tree.SeedExpr):
                named = (n.local.name for n in walk(seed.value) if isinstance(n, tree.Var))
                found |= {by_name[name] for name in named if name in by_name}
    for place in reached:
        for node in walk(list(place.body)):
            found |= _asked(place, node)
    return found


def _asked(place: CalledBody, node: object) -> set[int]:
    """The slots for which a node of a body requires something."""
    match node:
        case tree.Compare():
            return place.mentioned([node.left, node.right])
        case tree.Contains():
            return place.mentioned([node.item, node.seq])
        case tree.Assert() | tree.If():
            # Also what a function is given that decides, such as `verify(proof, root, leaf(who.key(), amount))`.
            return place.mentioned([node.test]) | place.derived([node.test])
        case tree.CpiCall():
            return place.mentioned(list(node.accounts.values()))
        case tree.Builtin() if node.name in _DESTINATION:
            # The program that moves the money checks the account that pays or authorizes, and not the one that gets the
            # money.
            paid = [a for i, a in enumerate(node.args[:2]) if i != _DESTINATION[node.name]]
            return {s.index for a in paid if (s := place.slot_of(a)) is not None and _signs(s)}
        case tree.Builtin() if node.name not in _LOOKS:
            return place.mentioned(node.args)
        case _:
            return set()


def _unchecked(move: Move) -> Diagnostic:
    to = f" or of `{move.to.name}`" if move.to is not None else ""
    return warning(
        "unchecked-signer",
        move.node.span,
        f"anybody can take this out of `{move.source}`: nothing is checked of a signer{to}",
        "compare a signer with who may do this, or derive an account from it: `Seeds('vault', user)`",
    )
