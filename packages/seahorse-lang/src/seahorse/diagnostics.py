"""Mistakes in programs: where they are, how they are printed, and the exception that carries them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

# The part of the language that is written in the language.
LIBRARY = Path(__file__).resolve().parent / "library"


# A part of a value: the places on the way to it. `(1, 0)` is that of `value[1][0]`, `("x",)` of `value.x`, `()` of all.
# `(TARGET, 1)` is the value as the second target of `a = b = value` takes it; `(CALLED,)` what a function gives that is
# given to another one by its name, and `(CALLED, 0)` the first argument that it gets there.
ValuePart = tuple[int | str, ...]
TARGET = "="
CALLED = "()"


@dataclass(frozen=True)
class Span:
    """A range of source text. Lines count from 1, columns from 1 (in characters); the end is exclusive.

    part: on an expression of the checked program, which part of the value that the program has written there it is.
    None: it is something else, which the compiler has put there. Two spans of one range are equal whatever they are of.
    """

    file: str
    line: int
    col: int
    end_line: int
    end_col: int
    part: ValuePart | None = field(default=None, compare=False)

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges have a character in common."""
        starts = (self.line, self.col), (other.line, other.col)
        ends = (self.end_line, self.end_col), (other.end_line, other.end_col)
        return self.file == other.file and starts[0] < ends[1] and starts[1] < ends[0]


def before(span: Span) -> Span:
    """The place where a span begins, which no expression of the source takes up."""
    return Span(span.file, span.line, span.col, span.line, span.col)


def part_of(span: Span, place: int | str) -> Span:
    """The span of a part of a value; a part of something that the program has not written is such a thing, too."""
    return span if span.part is None else replace(span, part=(*span.part, place))


@dataclass(frozen=True)
class Replacement:
    """A text to write in the place of a range, which ends the mistake. An empty range is a place to write at."""

    span: Span
    text: str


@dataclass(frozen=True)
class Diagnostic:
    """One mistake in a program: where it is, what it is, and what to write instead.

    `warning`: the name of a warning, which does not stop the build; None for an error. `replacement`: what the hint
    says, as an edit of the source, where it names one exactly.
    """

    span: Span
    message: str
    hint: str | None = None
    warning: str | None = None
    replacement: Replacement | None = None


class CompileError(Exception):
    """One or more mistakes in the program being compiled. Never a fault of the compiler itself."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(f"{d.span.file}:{d.span.line}:{d.span.col}: {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics


def fail(span: Span, message: str, hint: str | None = None, replacement: Replacement | None = None) -> CompileError:
    """Make a `CompileError` of a single diagnostic, to be raised."""
    return CompileError([Diagnostic(span, message, hint, replacement=replacement)])


class Mistakes:
    """Collects the mistakes of several steps, so that the compiler reports all of them at once.

    >>> with Mistakes() as mistakes:
    ...     for step in (1, 2):
    ...         with mistakes.collected():
    ...             raise fail(Span("p.py", step, 1, step, 2), "bad")
    Traceback (most recent call last):
    seahorse.diagnostics.CompileError: p.py:1:1: bad
    p.py:2:1: bad
    """

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        # An error without a diagnostic says that the mistake is reported already: the step failed all the same.
        self._failed = False

    @contextmanager
    def collected(self) -> Generator[None, None, None]:
        """Go on after a step that fails."""
        try:
            yield
        except CompileError as error:
            self._failed = True
            self._found += [d for d in error.diagnostics if d not in self._found]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._failed and error is None:
            raise CompileError(self._found)


@dataclass
class Sources:
    """The text of every file read in a compilation, so that a diagnostic can quote its line.

    `unsaved`: texts that stand for files, which an editor has not saved or that are not there yet.
    """

    text: dict[str, str] = field(default_factory=dict[str, str])
    unsaved: dict[Path, str] = field(default_factory=dict[Path, str])

    def line(self, file: str, number: int) -> str | None:
        if file not in self.text:
            try:
                self.text[file] = Path(file).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                return None
        lines = self.text[file].splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else None


def render(diagnostic: Diagnostic, sources: Sources) -> str:
    """Render as `file:line:col: error: message`, the source line, a caret, and the hint. A warning says its name.

    >>> print(render(Diagnostic(Span("p.py", 1, 5, 1, 8), "bad", "write good"), Sources({"p.py": "x = bad"})))
    p.py:1:5: error: bad
        x = bad
            ^^^
      help: write good
    """
    span = diagnostic.span
    kind = "error" if diagnostic.warning is None else f"warning[{diagnostic.warning}]"
    out = [f"{span.file}:{span.line}:{span.col}: {kind}: {diagnostic.message}"]
    line = sources.line(span.file, span.line)
    if line is not None:
        last = span.end_col if span.end_line == span.line else len(line) + 1
        width = max(1, min(last, len(line) + 1) - span.col)
        # Tabs stay tabs under the caret, so that both lines indent alike.
        lead = "".join("\t" if c == "\t" else " " for c in line[: span.col - 1])
        out += [f"    {line.rstrip()}", f"    {lead}{'^' * width}"]
    if diagnostic.hint:
        out.append(f"  help: {diagnostic.hint}")
    return "\n".join(out)


def logged_name(file: str) -> str:
    """The name of a source file that a program may log: its path in the project, from the folder of Anchor.toml on, and
    outside of a project the file's name alone. It does not depend on how the path was written, and reveals nothing
    about the machine."""
    path = Path(file).resolve()
    if path.parent == LIBRARY:
        return f"seahorse/library/{path.name}"
    for folder in path.parents:
        if (folder / "Anchor.toml").is_file():
            return path.relative_to(folder).as_posix()
    return path.name
