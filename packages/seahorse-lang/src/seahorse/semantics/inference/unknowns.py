"""Type inference: unknown types, their unification, implicit conversions, and the final types of a body."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seahorse.diagnostics import Diagnostic, Span
from seahorse.semantics.names.unions import Unions
from seahorse.semantics.tree import (
    Coerce,
    Convert,
    Expr,
    FloatLit,
    IfExp,
    IntLit,
    ListLit,
    NoneLit,
    PubkeyLit,
    TupleLit,
)
from seahorse.semantics.tree.types import (
    F64,
    I64,
    I128,
    U128,
    ArrayType,
    ClassType,
    FloatType,
    IntType,
    IterType,
    ListType,
    OptionType,
    StrType,
    TupleType,
    Type,
    U256Type,
    UnionType,
)


@dataclass(frozen=True)
class Unknown(Type):
    """A type still to be found. `numeric`: an untyped integer, which only an integer type can become."""

    id: int
    numeric: bool = False

    def __str__(self) -> str:
        return "an integer" if self.numeric else "?"


def widens(source: IntType, target: IntType) -> bool:
    """Whether an integer converts implicitly: unsigned to any wider, signed to a wider signed."""
    if source.signed and not target.signed:
        return False
    return target.bits > source.bits


def holding_both(a: IntType, b: IntType) -> IntType | None:
    """The narrowest integer type that holds every value of both, or None."""
    if widens(a, b) or a == b:
        return b
    if widens(b, a):
        return a
    bits = 2 * max(t.bits for t in (a, b) if not t.signed)
    return IntType(bits, True) if bits <= 128 else None


class Inference:
    """The unknown types of one body."""

    def __init__(self, unions: Unions | None = None) -> None:
        self.unions = unions or Unions()
        self._bound: dict[int, Type] = {}
        self._literals: dict[int, tuple[int, int]] = {}
        self._count = 0
        self.errors: list[Diagnostic] = []
        # Those of the errors that are about literals which do not fit.
        self.unfit: list[Diagnostic] = []
        self._checked = False

    # --- unknowns ---

    def fresh(self) -> Unknown:
        self._count += 1
        return Unknown(self._count)

    def fresh_int(self, value: int = 0) -> Unknown:
        self._count += 1
        self._literals[self._count] = (min(value, 0), max(value, 0))
        return Unknown(self._count, numeric=True)

    def prune(self, t: Type) -> Type:
        """The type that is known so far for an unknown. Other types do not change, but their parts may be unknown."""
        while isinstance(t, Unknown) and t.id in self._bound:
            t = self._bound[t.id]
        return t

    def resolve(self, t: Type) -> Type:
        """Replace every part that is known; unknown parts stay."""
        t = self.prune(t)
        match t:
            case ListType(elem):
                new = self.resolve(elem)
                return t if new is elem else replace(t, elem=new)
            case ArrayType(elem, length):
                new = self.resolve(elem)
                return t if new is elem else ArrayType(new, length)
            case OptionType(inner):
                new = self.resolve(inner)
                return t if new is inner else OptionType(new)
            case IterType(elem):
                new = self.resolve(elem)
                return t if new is elem else IterType(new)
            case TupleType(elems):
                items = tuple(self.resolve(e) for e in elems)
                return t if all(a is b for a, b in zip(items, elems, strict=True)) else TupleType(items)
            case _:
                return t

    def final(self, t: Type) -> Type | None:
        """The final type: untyped integers become i64 (i128 or u128 if the literals need it); None if still unknown."""
        t = self.resolve(t)
        match t:
            case Unknown(numeric=True):
                low, high = self._literals.get(t.id, (0, 0))
                chosen = next((c for c in (I64, I128, U128) if c.min <= low and high <= c.max), I128)
                self._bound[t.id] = chosen
                return chosen
            case Unknown():
                return None
            case ListType(elem):
                new = self.final(elem)
                return None if new is None else replace(t, elem=new)
            case ArrayType(elem, length):
                new = self.final(elem)
                return None if new is None else ArrayType(new, length)
            case OptionType(inner):
                new = self.final(inner)
                return None if new is None else OptionType(new)
            case IterType(elem):
                new = self.final(elem)
                return None if new is None else IterType(new)
            case TupleType(elems):
                items = [self.final(e) for e in elems]
                return None if any(i is None for i in items) else TupleType(tuple(i for i in items if i is not None))
            case _:
                return t

    # --- unification ---

    def unify(self, a: Type, b: Type) -> bool:
        """Make two types one; False when they differ. Maximum lengths of strings and lists do not matter."""
        a, b = self.prune(a), self.prune(b)
        if a is b or a == b:
            return True
        if isinstance(a, Unknown):
            return self._bind(a, b)
        if isinstance(b, Unknown):
            return self._bind(b, a)
        match a, b:
            case StrType(), StrType():
                return True
            case ListType(x), ListType(y):
                # A dict or a set is no list.
                return type(a) is type(b) and self.unify(x, y)
            case (OptionType(x), OptionType(y)) | (IterType(x), IterType(y)):
                return self.unify(x, y)
            case ArrayType(x, n), ArrayType(y, m):
                return n == m and self.unify(x, y)
            case TupleType(xs), TupleType(ys):
                return len(xs) == len(ys) and all(self.unify(x, y) for x, y in zip(xs, ys, strict=True))
            case _:
                return False

    def _bind(self, unknown: Unknown, t: Type) -> bool:
        if unknown.numeric:
            if isinstance(t, Unknown):
                if t.numeric:
                    low, high = self._literals[unknown.id]
                    other_low, other_high = self._literals[t.id]
                    self._literals[t.id] = (min(low, other_low), max(high, other_high))
                    self._bound[unknown.id] = t
                    return True
                self._bound[t.id] = unknown
                return True
            if not isinstance(t, IntType):
                return False
        elif self._occurs(unknown, t):
            return False
        self._bound[unknown.id] = t
        return True

    def _occurs(self, unknown: Unknown, t: Type) -> bool:
        t = self.prune(t)
        match t:
            case Unknown():
                return t.id == unknown.id
            case ListType(inner) | OptionType(inner) | IterType(inner) | ArrayType(inner):
                return self._occurs(unknown, inner)
            case TupleType(elems):
                return any(self._occurs(unknown, e) for e in elems)
            case _:
                return False

    # --- conversions ---

    def coerce(self, value: Expr, target: Type) -> Expr | None:
        """Convert implicitly to `target`, or None when that is not allowed."""
        source, target = self.prune(value.type), self.prune(target)
        if source == target:
            return value
        match value, target:
            case NoneLit(), OptionType():
                value.type = target
                return value
            case IntLit(), FloatType():
                return FloatLit(F64, value.span, _to_float(value.value))
            case IntLit(), U256Type() if 0 <= value.value < 1 << 256:
                return PubkeyLit(target, value.span, value.value.to_bytes(32, "little"))
            case TupleLit(items=items), TupleType(elems) if len(items) == len(elems):
                converted = [self.coerce(i, t) for i, t in zip(items, elems, strict=True)]
                if any(c is None for c in converted):
                    return None
                return TupleLit(target, value.span, [c for c in converted if c is not None])
            case ListLit(items=items), ListType(elem) if type(target) is ListType and self._literal_elements(
                items, elem
            ):
                converted = [self.coerce(i, elem) for i in items]
                if any(c is None for c in converted):
                    return None
                return ListLit(target, value.span, [c for c in converted if c is not None])
            case IfExp(), _ if self._literal_branches(value):
                then, orelse = self.coerce(value.then, target), self.coerce(value.orelse, target)
                if then is None or orelse is None:
                    return None
                return IfExp(target, value.span, value.test, then, orelse)
            case _:
                pass
        return self._convert(value, source, target)

    def coerce_checked(self, value: Expr, target: Type) -> Expr | None:
        """As `coerce`; an integer also converts to any other integer type, which stops the instruction if it has no
        room for the value."""
        self._checked = True
        try:
            return self.coerce(value, target)
        finally:
            self._checked = False

    def _convert(self, value: Expr, source: Type, target: Type) -> Expr | None:
        if isinstance(target, OptionType) and not isinstance(source, OptionType):
            if isinstance(source, Unknown) and not source.numeric:
                self.unify(source, target)
                return value
            inner = self.coerce(value, target.inner)
            return None if inner is None else Coerce(target, value.span, inner)
        if isinstance(target, UnionType) and isinstance(source, ClassType | UnionType):
            members = source.members if isinstance(source, UnionType) else (source,)
            return Coerce(target, value.span, value) if set(members) <= set(target.members) else None
        if isinstance(source, ClassType):
            self.unions.want(source, target)
        if isinstance(source, Unknown) and source.numeric and isinstance(target, FloatType):
            return Coerce(target, value.span, value)
        if isinstance(source, IntType) and isinstance(target, IntType):
            if widens(source, target):
                return Coerce(target, value.span, value)
            return Convert(target, value.span, value) if self._checked else None
        if isinstance(source, IntType) and isinstance(target, U256Type) and not source.signed:
            return Coerce(target, value.span, value)
        if isinstance(source, IntType) and isinstance(target, FloatType):
            return Coerce(target, value.span, value)
        if self.unify(source, target):
            resolved, wanted = self.resolve(source), self.resolve(target)
            return value if resolved == wanted else Coerce(wanted, value.span, value)
        return None

    def _literal_elements(self, items: list[Expr], elem: Type) -> bool:
        """Whether the elements of a list literal may be converted one by one: they may, while nothing else refers to
        the list."""
        elem = self.prune(elem)
        return any(self.prune(i.type) != elem and not isinstance(elem, Unknown) for i in items)

    def _literal_branches(self, value: IfExp) -> bool:
        return any(isinstance(b, IntLit | NoneLit | ListLit | TupleLit | IfExp) for b in (value.then, value.orelse))

    def join(self, a: Type, b: Type) -> Type | None:
        """The type that values of both convert to, or None."""
        a, b = self.prune(a), self.prune(b)
        for wide, other in ((a, b), (b, a)):
            number = isinstance(other, IntType) and not other.signed
            if isinstance(wide, U256Type) and (number or (isinstance(other, Unknown) and other.numeric)):
                return wide
        if isinstance(a, IntType | FloatType) and isinstance(b, IntType | FloatType):
            if a == b:
                return a
            if isinstance(a, FloatType) or isinstance(b, FloatType):
                return F64
            return holding_both(a, b)
        if isinstance(a, FloatType) and isinstance(b, Unknown) and b.numeric:
            return a
        if isinstance(b, FloatType) and isinstance(a, Unknown) and a.numeric:
            return b
        if isinstance(a, OptionType) and self._is_known(b):
            inner = self.join(a.inner, b)
            return None if inner is None else OptionType(inner)
        if isinstance(b, OptionType) and self._is_known(a):
            return self.join(b, a)
        if isinstance(a, ClassType | UnionType) and isinstance(b, ClassType | UnionType) and a != b:
            return self.unions.joined(a, b)
        if isinstance(a, StrType) and isinstance(b, StrType) and a != b:
            return StrType()
        return a if self.unify(a, b) else None

    @staticmethod
    def _is_known(t: Type) -> bool:
        """Whether enough of a type is known to say that it is not an option."""
        return t.numeric if isinstance(t, Unknown) else not isinstance(t, OptionType)

    # --- messages ---

    def show(self, t: Type) -> str:
        """The type as a user writes it."""
        return str(self.resolve(t))

    def check_literal(self, literal: IntLit, t: Type) -> None:
        """Record an error when an integer literal does not fit its final type."""
        if isinstance(t, IntType) and not t.min <= literal.value <= t.max:
            self.unfit.append(out_of_range(literal.value, t, literal.span))
            self.errors.append(self.unfit[-1])


def out_of_range(value: int, t: IntType, span: Span) -> Diagnostic:
    fits = next((c for c in (I64, I128, U128) if c.min <= value <= c.max), None)
    if value < 0 and not t.signed:
        hint = f"{t} is unsigned: use a signed type"
    elif fits is None:
        hint = "no integer type is wider than 128 bits"
    else:
        hint = f"{t} holds {t.min} to {t.max}: use a wider type"
    return Diagnostic(span, f"{abbreviate(value)} does not fit in {t}", hint)


def abbreviate(value: int) -> str:
    """A number for a message, shortened when it has many digits."""
    return str(value) if abs(value) < 10**40 else f"a number of {abs(value).bit_length()} bits"


def _to_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
