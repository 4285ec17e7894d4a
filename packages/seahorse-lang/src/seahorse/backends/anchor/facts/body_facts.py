"""Facts about one body: where it uses and assigns its variables, which values it changes in place, and in which order.

Every node has a number, in the order of the source. Positions are such numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seahorse.backends.anchor.crate.functions import RustFunctions, reads_decoded
from seahorse.backends.anchor.facts.reach import iterated, roots, variables_of
from seahorse.backends.anchor.naming.types import is_aggregate
from seahorse.ir import nodes as ir
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import Type, is_account
from seahorse.semantics.tree.walk import walk

# Knowledge about an option belongs to its place: a variable, and the fields on the way.
PlaceKey = tuple[int | str, ...]


class BodyFacts:
    """The facts of one function, method or instruction, whose `statements` the nodes asked about lie in."""

    def __init__(
        self,
        functions: RustFunctions,
        statements: list[tree.Stmt],
        *,
        returns: Type | None = None,
        parameters: Sequence[tree.Local] = (),
        instruction: ir.Instruction | None = None,
    ) -> None:
        self.functions = functions
        self.statements = statements
        self.returns = returns
        self.instruction = instruction
        # Of an instruction, the accounts that were there before.
        self.parameters = list(parameters) if instruction is None else _accounts_before(instruction)
        # Arguments that seeds of signatures need, which must therefore stay.
        self.kept = _signing_arguments(instruction) if instruction is not None else set[str]()
        self.names = {n.local.name for n in walk(statements) if isinstance(n, tree.Var | tree.VarTarget)}
        self.reassigned: set[int] = set()
        # Variables that are other names for accounts, and the accounts.
        self.aliases: dict[int, int] = {}
        self._number: dict[Any, int] = {}
        self._declared: dict[int, int] = {}
        self._uses: dict[int, list[int]] = {}
        self._assigned: dict[int, list[tree.VarTarget]] = {}
        self._naming: dict[int, tree.Assign] = {}
        # Variables, and those whose things they are other names for.
        self._sharing: list[tuple[set[int], set[int]]] = []
        self._loops: list[tuple[int, int]] = []
        self._calls: list[tuple[int, int]] = []
        self._find_variables()
        self._find_regions()
        self._find_aliases()
        self.mutated = self._mutated()

    # --- what is found once ---

    def _find_variables(self) -> None:
        """Number every node, and note where variables are used, declared and assigned again."""
        idle: set[tree.VarTarget] = set()
        for i, node in enumerate(walk(self.statements)):
            self._number[node] = i
            match node:
                case tree.Assign(target=tree.VarTarget(local=local) as target, value=tree.Var() as value) if (
                    local.id == value.local.id
                ):
                    idle.add(target)
                case tree.VarTarget() if node in idle:
                    pass
                case tree.Var():
                    self._uses.setdefault(node.local.id, []).append(i)
                case tree.VarTarget() if not node.declares:
                    self.reassigned.add(node.local.id)
                    self._assigned.setdefault(node.local.id, []).append(node)
                case tree.VarTarget():
                    self._declared[node.local.id] = i
                case tree.AugAssign(target=tree.VarTarget(local=local)):
                    self.reassigned.add(local.id)
                case tree.Assign(target=tree.VarTarget(local=local, declares=True)) if is_aggregate(local.type):
                    self._naming[local.id] = node
                case _:
                    pass

    def _find_regions(self) -> None:
        """Where loops and calls begin and end, and which variables are names for the same things."""
        for node in walk(self.statements):
            if isinstance(node, tree.Assign):
                self._share(node.target, node.value)
            elif isinstance(node, tree.For | tree.CompClause):
                for target, place in iterated(node.target, node.iterable):
                    self._share(target, place)
            if isinstance(node, tree.While | tree.For | tree.ListComp):
                self._loops.append(self.extent(node))
            elif isinstance(node, tree.Call | tree.Builtin | tree.Concat | tree.Compare):
                self._calls.append(self.extent(node))

    def _share(self, target: tree.Target, value: tree.Expr) -> None:
        if is_aggregate(value.type):
            self._sharing.append((variables_of(target), roots(value)))

    def _find_aliases(self) -> None:
        for node in walk(self.statements):
            if isinstance(node, tree.Assign) and isinstance(node.target, tree.VarTarget):
                account = self._named_account(node.target, node.value)
                if account is not None:
                    self.aliases[node.target.local.id] = self.resolve_id(account)

    def _named_account(self, target: tree.VarTarget, value: tree.Expr) -> int | None:
        """The account that a variable is another name for."""
        if isinstance(value, tree.InitAccount):
            return value.param.id
        fixed = target.declares and target.local.id not in self.reassigned
        return value.local.id if isinstance(value, tree.Var) and is_account(target.local.type) and fixed else None

    def _mutated(self) -> set[int]:
        """Variables whose memory is written; of a new account, the account too."""
        found = self.mutated_in(self.statements)
        created = {
            s.target.local.id: s.value.param.id
            for s in walk(self.statements)
            if isinstance(s, tree.Assign)
            and isinstance(s.value, tree.InitAccount)
            and isinstance(s.target, tree.VarTarget)
        }
        return found | {created[i] for i in found if i in created}

    # --- what is changed ---

    def mutated_in(self, nodes: Any) -> set[int]:
        """Variables whose memory is written below some nodes."""
        found = {root for node in walk(nodes) for e in self.changed_by(node) for root in roots(e)}
        # A write through one name of an object changes the object under all its names.
        before = -1
        while before != (before := len(found)):
            for holders, things in self._sharing:
                if holders & found:
                    found |= things
        return found

    def changed_by(self, node: Any) -> list[tree.Expr]:
        """The expressions that a node itself changes in place: arguments of functions, lists, the places of targets."""
        match node:
            case tree.PlaceTarget():
                return [node.place]
            case tree.Builtin():
                return [node.args[i] for i in operation(node.name).changes]
            case tree.Call():
                infos = self.functions.info(node.function).params
                return [a for info, a in zip(infos, node.args, strict=False) if info.mutable]
            case _:
                return []

    # --- where nodes stand ---

    def extent(self, node: Any) -> tuple[int, int]:
        """First and last position of a node and everything below it; nodes that the translation made have none."""
        positions = [self._number[n] for n in walk(node) if n in self._number]
        return (min(positions, default=0), max(positions, default=0))

    def is_repeated(self, node: Any, declared: int) -> bool:
        """Whether a node may be evaluated more than once while a variable, declared at a position, stays the same."""
        low, high = self.extent(node)
        return any(a <= low and high <= b and declared < a for a, b in self._loops)

    def is_renewed(self, declared: int, later: Any, earlier: Any) -> bool:
        """Whether a node follows one behind it only in later runs of loops, in which a variable is a new one."""
        at, (low, high) = self._number[later], self.extent(earlier)
        around = [a for a, b in self._loops if a <= at <= b and a <= low and high <= b]
        return at <= high and all(declared > a for a in around)

    def may_follow(self, later: Any, earlier: Any) -> bool:
        """Whether a node may be evaluated after another."""
        at, (low, high) = self._number[later], self.extent(earlier)
        return at > high or any(a <= at <= b and a <= low and high <= b for a, b in self._loops)

    def behind(self, node: Any) -> list[tree.Stmt]:
        """The nodes of this body that may run after a statement."""
        return [s for s in walk(self.statements) if isinstance(s, tree.Stmt) and self.may_follow(s, node)]

    # --- uses of variables ---

    def is_used(self, local: tree.Local) -> bool:
        """Whether a variable is ever looked at."""
        return bool(self._uses.get(local.id))

    def is_last_use(self, node: tree.Var, names: set[int]) -> bool:
        """Whether no later code uses the variable or `names` for parts of it: then Rust may move its value."""
        at = self._number.get(node)
        uses = [use for variable in (node.local.id, *names) for use in self._uses.get(variable, [])]
        if at is None or not uses or at != max(uses) or node.local.name in self.kept:
            return False
        # Rust borrows the arguments of a call until the call.
        together = [(low, high) for low, high in self._calls if low <= at <= high]
        if any(low <= use < at for use in uses for low, _ in together):
            return False
        return not any(low <= at <= high for low, high in self._loops)

    def declared_at(self, variable: int) -> int | None:
        """Where a variable that owns what it holds is declared; None for other variables."""
        if self.instruction is not None and any(a.local.id == variable for a in self.instruction.args):
            return -1
        return self._declared.get(variable)

    def is_used_after(self, variable: int, node: Any, declared: int | None) -> bool:
        """Whether code after a node may read a variable, or read it again when a loop around the node goes on."""
        low, high = self.extent(node)
        uses = self._uses.get(variable, [])
        if any(at > high for at in uses):
            return True
        around = [(a, b) for a, b in self._loops if a <= low and high <= b and (declared is None or declared < a)]
        return any(a <= at <= b for at in uses for a, b in around)

    def keeps_place(self, s: tree.Assign) -> bool:
        """Whether a variable is declared as a name for a place that stays the same as long as it is in use."""
        assert isinstance(s.target, tree.VarTarget)
        local = s.target.local
        if not s.target.declares or local.id in self.reassigned:
            return False
        assigned = [node for v in self._owners(s.value) for node in self._assigned.get(v, ())]
        declared = self.declared_at(local.id)
        return not any(self.may_follow(n, s) and self.is_used_after(local.id, n, declared) for n in assigned)

    def _owners(self, value: tree.Expr) -> set[int]:
        """Variables that a place is a part of, and those that they are names for."""
        out = roots(value)
        for variable in roots(value):
            named = self._naming.get(variable)
            if named is not None and named.value is not value and self.keeps_place(named):
                out |= self._owners(named.value)
        return out

    # --- accounts ---

    def resolve(self, local: tree.Local) -> int:
        """The variable behind an alias of an account."""
        return self.resolve_id(local.id)

    def resolve_id(self, found: int) -> int:
        """The same, by the variable's id."""
        while found in self.aliases:
            found = self.aliases[found]
        return found

    def key(self, expr: tree.Expr) -> PlaceKey | None:
        """The key of a narrowed option; None when it has no place."""
        match expr:
            case tree.Var():
                return (self.resolve(expr.local),)
            case tree.InitAccount():
                return (self.resolve(expr.param),)
            case tree.GetField():
                base = self.key(expr.obj)
                return None if base is None else (*base, expr.name)
            case tree.Unwrap() | tree.Coerce():
                return self.key(expr.value)
            case _:
                return None

    def is_read_after(self, local: int, node: Any) -> bool:
        """Whether code after a node may read the data of an account variable, in this run or the next."""
        low, high = self.extent(node)
        same = {local} | {a for a, b in self.aliases.items() if b == local}
        for loop_low, loop_high in self._loops:
            if loop_low <= low and high <= loop_high:
                high = min(high, loop_low - 1)
        return any(self._number[other] > high and _reads(other, same) for other in walk(self.statements))

    def is_touched_later(self, variables: set[int], call: Any, within: Any) -> bool:
        """Whether a part of a statement or an expression looks at accounts, or writes them, behind a call in it."""
        low, high = self.extent(call)
        same = {self.resolve_id(v) for v in variables}
        same |= {a for a in self.aliases if self.resolve_id(a) in same}
        first, last = self.extent(within)
        again = min((a for a, b in self._loops if first <= a <= low and high <= b <= last), default=high + 1)
        for node in walk(within):
            at = self._number.get(node)
            if at is None or not (_reads(node, same) or _writes(node, same)):
                continue
            # The translation may have put a call like it in its place.
            itself = type(node) is type(call) and node.span == call.span
            around = at < low and self.extent(node)[1] >= high and not itself
            # The program evaluates the place of an assignment after its value, though it stands in front of it.
            stored = isinstance(within, tree.Assign) and any(node is n for n in walk(within.target))
            if at > high or at >= again or around or stored:
                return True
        return False

    def slot(self, variable: int) -> ir.AccountSlot | None:
        """The account of the instruction that a variable is."""
        if self.instruction is None:
            return None
        wanted = self.resolve_id(variable)
        return next((s for s in self.instruction.slots if s.local is not None and s.local.id == wanted), None)

    def is_new(self, variable: int) -> bool:
        """Whether a variable is an account that this instruction initializes."""
        slot = self.slot(variable)
        return slot is not None and slot.kind == ir.SlotKind.NEW


def _reads(node: Any, variables: set[int]) -> bool:
    """Whether a node looks at what accounts hold."""
    match node:
        case tree.GetField():
            return bool(roots(node.obj) & variables)
        case tree.Builtin():
            return reads_decoded(node) and bool(roots(node.args[0]) & variables)
        case tree.Call():
            return any(roots(a) & variables for a in node.args)
        case tree.Return():
            return node.value is not None and bool(roots(node.value) & variables)
        case tree.FString():
            return any(is_account(part.type) and bool(roots(part) & variables) for part, _ in node.parts)
        case _:
            return False


def _writes(node: Any, variables: set[int]) -> bool:
    """Whether a node is a place in accounts that is assigned."""
    return isinstance(node, tree.PlaceTarget) and bool(roots(node.place) & variables)


def _accounts_before(instruction: ir.Instruction) -> list[tree.Local]:
    return [s.local for s in instruction.slots if s.local is not None and s.kind != ir.SlotKind.NEW]


def _signing_arguments(instruction: ir.Instruction) -> set[str]:
    return {
        s.param
        for pda in instruction.signer_pdas.values()
        for s in pda.seeds
        if isinstance(s, tree.SeedParam) and any(a.name == s.param for a in instruction.args)
    }
