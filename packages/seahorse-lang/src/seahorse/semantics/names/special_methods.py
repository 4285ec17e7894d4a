"""Python's special methods that a program's classes may define, and the operators that call them."""

from __future__ import annotations

# Operator -> the name between the underscores.
BINARY = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
}
UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
# Comparison -> its method, and the one of the other side that says the same.
COMPARISONS = {
    "==": ("__eq__", "__eq__"),
    "!=": ("__ne__", "__ne__"),
    "<": ("__lt__", "__gt__"),
    "<=": ("__le__", "__ge__"),
    ">": ("__gt__", "__lt__"),
    ">=": ("__ge__", "__le__"),
}
ORDER = ("__lt__", "__le__", "__gt__", "__ge__")
_CONTAINER = (
    *("__len__", "__getitem__", "__setitem__", "__contains__", "__bool__", "__call__", "__abs__"),
    *("__iter__", "__next__", "__hash__"),
)
_TEXT = ("__str__", "__repr__")

SPECIAL_METHODS = {
    "__init__",
    "__post_init__",
    *(f"__{side}{name}__" for name in BINARY.values() for side in ("", "r", "i")),
    *UNARY.values(),
    *(name for pair in COMPARISONS.values() for name in pair),
    *_CONTAINER,
    *_TEXT,
}
# Types that a special method may declare as its result where Python wants its own `int`.
RETURNS_INT = {"__len__", "__hash__"}

# Names that people write, and the form to write instead.
HINTS = {
    "__new__": "write `__init__`",
    "__del__": "remove it: objects end with the instruction",
    "__enter__": "call the methods directly",
    "__exit__": "call the methods directly",
    "__getattr__": "declare the fields of the class",
    "__setattr__": "declare the fields of the class",
    "__int__": "write a method with a plain name, such as `to_int`",
    "__float__": "write a method with a plain name, such as `to_f64`",
    "__delitem__": "write a method with a plain name, such as `remove`",
    "__format__": "write `__str__`",
}
