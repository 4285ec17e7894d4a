"""The order of functions: callees before callers; and which of them call themselves."""

from __future__ import annotations

from seahorse.semantics.names.symbols import Checker
from seahorse.semantics.tree import CheckedInstruction, Function


def order_functions(checker: Checker, instructions: list[CheckedInstruction]) -> list[Function]:
    """Every function that the instructions reach, callees first. Marks those that call themselves, also through others:
    in each circle of calls at least one is marked."""
    calls = checker.functions.calls
    done: list[Function] = []
    state: dict[Function, bool] = {}

    def visit(root: Function) -> None:
        # An explicit stack: a chain of calls may be longer than Python's own.
        state[root] = False
        stack = [(root, iter(calls.get(root, [])))]
        while stack:
            function, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                state[function] = True
                done.append(function)
                continue
            callee, _ = step
            if callee not in state:
                state[callee] = False
                stack.append((callee, iter(calls.get(callee, []))))
            elif not state[callee]:
                names = [f for f, _ in stack]
                for caller in names[names.index(callee) :]:
                    caller.recursive = True

    for instruction in instructions:
        for callee, _ in calls.get(instruction, []):
            if callee not in state:
                visit(callee)
    return done
