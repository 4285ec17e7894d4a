"""The results of a translation besides its Rust: statements around it, and facts for the code that encloses it."""

from __future__ import annotations

from dataclasses import dataclass, field

from seahorse.backends.anchor.rust.blocks import RustStmt
from seahorse.semantics import tree


@dataclass
class Output:
    """The output of one part of a body, which its translator gives to who asked for it: to add, or to drop.

    `before`, `after`: statements that the part needs around the statement that it stands in. `spots`: the parts of the
    tree that `before` holds. `fails`: whether it can end the function with an error. `read`: variables that the code
    reads. `slots`: accounts of the instruction that are used, by index, each with whether it is changed. `opened`:
    parameters that are options of what is changed, which stay when they are opened. `stale`: accounts that a call wrote
    and that nothing looks at afterwards. `late`: calls whose accounts `after` decodes again, with the variables.
    """

    before: list[RustStmt] = field(default_factory=list[RustStmt])
    after: list[RustStmt] = field(default_factory=list[RustStmt])
    spots: list[tree.Expr] = field(default_factory=list[tree.Expr])
    fails: bool = False
    read: set[int] = field(default_factory=set[int])
    slots: dict[int, bool] = field(default_factory=dict[int, bool])
    opened: set[int] = field(default_factory=set[int])
    stale: set[int] = field(default_factory=set[int])
    late: list[tuple[tree.Expr, set[int]]] = field(default_factory=list[tuple[tree.Expr, set[int]]])

    def take_after(self) -> list[RustStmt]:
        """The statements of `after`, which whoever asks writes at once."""
        taken = list(self.after)
        self.after.clear()
        self.late.clear()
        return taken

    def add(self, part: Output) -> None:
        """Take over the output of a part of this."""
        self.before += part.before
        self.spots += part.spots
        self.add_inner(part)

    def add_inner(self, part: Output) -> None:
        """Take over the output of a part whose statements before it stay with it."""
        self.after += [s for s in part.after if s not in self.after]
        self.late += part.late
        self.add_block(part)

    def add_block(self, part: Output) -> None:
        """Take over the output of statements: what stands around them stands among them."""
        self.fails |= part.fails
        self.read |= part.read
        self.opened |= part.opened
        self.stale |= part.stale
        for index, changed in part.slots.items():
            self.use(index, changed)

    def use(self, slot: int, changed: bool) -> None:
        """Note that an account is used."""
        self.slots[slot] = changed or self.slots.get(slot, False)
