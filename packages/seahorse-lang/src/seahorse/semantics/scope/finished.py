"""The end of a body's check: the final types are written, and what waited for them is done."""

from __future__ import annotations

from seahorse.diagnostics import CompileError
from seahorse.semantics.inference.final_types import Zonk, zonk_function
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Function, Stmt


def finish(body: BodyChecker, function: Function) -> None:
    """Write the final types; report literals that do not fit and types that stayed unknown."""
    zonk_function(body.infer, function)
    settle_deferred(body)
    if body.infer.errors:
        body.checker.report(CompileError(body.infer.errors))


def told_of_literals(body: BodyChecker, statements: list[Stmt]) -> None:
    """Of a body with mistakes: report the literals that do not fit, whatever else is wrong."""
    Zonk(body.infer).node(statements)
    if body.infer.unfit:
        body.checker.report(CompileError(body.infer.unfit))


def settle_deferred(body: BodyChecker) -> None:
    """Do what waited for the final types. A type that stayed unknown has been reported where it stands."""
    for deferred in body.deferred:
        final = {name: body.infer.final(t) for name, t in deferred.types.items()}
        known = {name: t for name, t in final.items() if t is not None}
        if len(known) == len(final):
            try:
                deferred.finish(known)
            except CompileError as error:
                body.checker.report(error)
