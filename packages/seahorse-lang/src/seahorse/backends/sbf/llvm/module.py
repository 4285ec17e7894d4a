"""A module of LLVM: its functions, its data, its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.size_marks import Marks
from seahorse.backends.sbf.llvm.syscalls import declaration


@dataclass
class LlvmModule:
    """One LLVM module: functions, constants, and what it uses of syscalls and the runtime library."""

    runtime: dict[str, Callable[[LlvmModule], object]]
    # Given when the sizes of parts are to be measured.
    marks: Marks | None = None
    functions: list[FunctionBuilder] = field(default_factory=list[FunctionBuilder])
    globals: list[str] = field(default_factory=list[str])
    finishers: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    _constants: dict[tuple[bytes, int], str] = field(default_factory=dict[tuple[bytes, int], str])
    _slices: dict[str, str] = field(default_factory=dict[str, str])
    _declared: dict[str, str] = field(default_factory=dict[str, str])
    _syscalls: set[str] = field(default_factory=set[str])
    _used: set[str] = field(default_factory=set[str])

    def function(
        self, name: str, params: list[str], *, linkage: str = "internal", attributes: str = "", small: bool = False
    ) -> FunctionBuilder:
        f = FunctionBuilder(self, name, params, linkage=linkage, attributes=attributes, small=small)
        self.functions.append(f)
        return f

    def constant(self, data: bytes, align: int = 1) -> str:
        key = (data, align)
        return self._constants.setdefault(key, f"@c{len(self._constants)}")

    def _constant_texts(self) -> list[str]:
        """The constants; one that is a part of another is a name for a place in it."""
        out: list[str] = []
        placed: list[tuple[bytes, int, str]] = []
        for (data, align), name in sorted(self._constants.items(), key=lambda item: (-len(item[0][0]), -item[0][1])):
            for whole, aligned, holder in placed:
                at = whole.find(data)
                if at >= 0 and aligned >= align and at % align == 0:
                    place = f"getelementptr (i8, ptr {holder}, i64 {at})" if at else holder
                    out.append(f"{name} = private unnamed_addr alias i8, ptr {place}")
                    break
            else:
                placed.append((data, align, name))
                text = f"constant [{len(data)} x i8] {_quoted(data)}, align {align}"
                out.append(f"{name} = private unnamed_addr {text}")
        return out

    def slices(self, parts: list[tuple[str, int]]) -> str:
        """A constant array of addresses of constants and their lengths."""
        pairs = ", ".join(f"{{ ptr, i64 }} {{ ptr {name}, i64 {size} }}" for name, size in parts)
        text = f"constant [{len(parts)} x {{ ptr, i64 }}] [{pairs}], align 8"
        if text not in self._slices:
            self._slices[text] = f"@s{len(self._slices)}"
            self.globals.append(f"{self._slices[text]} = private unnamed_addr {text}")
        return self._slices[text]

    def declare(self, text: str, name: str) -> None:
        """Declare an external function once: an LLVM intrinsic."""
        self._declared[name] = text

    def use_syscall(self, name: str) -> None:
        self._syscalls.add(name)

    def use_runtime(self, name: str) -> None:
        if name not in self._used:
            self._used.add(name)
            self.runtime[name](self)

    def uses_runtime(self, name: str) -> bool:
        """Whether a helper was asked for so far."""
        return name in self._used

    def text(self) -> str:
        bodies = [f.text() for f in self.functions]
        # Writing a body may ask for the failure helper; writing the helper may ask for syscalls.
        written = len(bodies)
        for finish in self.finishers:
            finish()
        while written < len(self.functions):
            bodies.append(self.functions[written].text())
            written += 1
        heads = [declaration(name) for name in sorted(self._syscalls)]
        tail = [
            'attributes #0 = { nounwind optsize "no-builtins" }',
            '!0 = !{!"branch_weights", i32 4000, i32 1}',
            '!1 = !{!"branch_weights", i32 1, i32 4000}',
            "!2 = !{}",
        ]
        if self.marks is not None:
            tail += self.marks.text()
        return "\n".join([*self._constant_texts(), *self.globals, *self._declared.values(), *heads, *bodies, *tail, ""])


def _quoted(data: bytes) -> str:
    if not any(data):
        return "zeroinitializer"
    return 'c"' + "".join(chr(b) if 32 <= b < 127 and b not in (34, 92) else f"\\{b:02X}" for b in data) + '"'
