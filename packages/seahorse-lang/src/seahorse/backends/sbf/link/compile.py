"""LLVM: from IR text to an eBPF object, run in a child process because LLVM's fatal errors end the process."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
from collections.abc import Callable
from importlib import import_module
from typing import Any

# llvmlite has no type information.
llvm: Any = import_module("llvmlite.binding")

_ready: list[bool] = []


class LlvmError(Exception):
    """LLVM refused the module. The text is LLVM's own."""


def _initialize() -> None:
    if not _ready:
        # The name of the option's owner is empty: argv[0] of the command line LLVM thinks it parses.
        llvm.set_option("", "-bpf-stack-size=4096")
        # A constant costs as much as a register that holds it, and registers are few.
        llvm.set_option("", "-disable-machine-licm")
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
        _ready.append(True)


def _add_passes(passes: Any, *, numbering: bool) -> None:
    """The passes that are worth their time for code with few loops: the standard pipeline takes twice the time for the
    same result. `numbering`: with NewGVN, which makes code 0.5 % faster, but fails an assertion of its own when there
    are very many loops.
    """
    passes.add_always_inliner_pass()
    passes.add_global_opt_pass()
    passes.add_post_order_function_attributes_pass()
    passes.add_sroa_pass()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_jump_threading_pass()
    if numbering:
        passes.add_new_gvn_pass()
    passes.add_jump_threading_pass()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_mem_copy_opt_pass()
    passes.add_dead_store_elimination_pass()
    passes.add_aggressive_dce_pass()
    passes.add_simplify_cfg_pass()
    passes.add_global_dead_code_eliminate_pass()


def compile_here(text: str, *, assembly: bool = False, numbering: bool = True) -> bytes:
    """Optimize and compile IR text in this process. Returns the object file, or assembly text."""
    _initialize()
    target = llvm.Target.from_triple("bpfel")
    # CPU v3 would add 32-bit arithmetic, whose add, sub and mul zero-extend in eBPF but sign-extend in sBPF.
    machine = target.create_target_machine(
        cpu="v2", features="+allows-misaligned-mem-access", opt=2, reloc="static", codemodel="default"
    )
    module = llvm.parse_assembly(text)
    if os.environ.get("SEAHORSE_VERIFY"):
        module.verify()
    module.triple = "bpfel"
    module.data_layout = str(machine.target_data)
    tuning = llvm.create_pipeline_tuning_options(speed_level=2)
    builder = llvm.create_pass_builder(machine, tuning)
    passes = llvm.create_new_module_pass_manager()
    _add_passes(passes, numbering=numbering)
    passes.run(module, builder)
    if os.environ.get("SEAHORSE_LLVM_IR"):
        with open(os.environ["SEAHORSE_LLVM_IR"], "w") as out:
            out.write(str(module))
    return machine.emit_assembly(module).encode() if assembly else machine.emit_object(module)


def _as_it_is(obj: bytes) -> bytes:
    return obj


class Compilation:
    """A compilation that runs in a forked child; several may run at once. `result` waits for it.

    `finish`: what the child process does with the object file.
    """

    def __init__(self, text: str, finish: Callable[[bytes], bytes] = _as_it_is, *, numbering: bool = True) -> None:
        _initialize()
        self._text, self._finish, self._numbering = text, finish, numbering
        self._done: bytes | None = None
        if not hasattr(os, "fork"):
            self._done = finish(compile_here(text, numbering=numbering))
            return
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `result`
        readable, writable = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(readable)
            _child(lambda: finish(compile_here(text, numbering=numbering)), writable, self._errors.fileno())
        os.close(writable)
        self._pipe = readable

    def result(self) -> bytes:
        """The object file, finished. Raises `LlvmError` with LLVM's message when it gave up, or that of `finish`."""
        if self._done is not None:
            return self._done
        with os.fdopen(self._pipe, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(self._child, 0)
        with self._errors as errors:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 and answer:
            kind, value = pickle.loads(answer)
            if kind == "object":
                self._done = value
                return value
            raise LlvmError(value)
        if self._numbering and os.WIFSIGNALED(status) and "NewGVN" in said:
            self._done = Compilation(self._text, self._finish, numbering=False).result()
            return self._done
        how = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"exit {status >> 8}"
        raise LlvmError(said or how)


def compile_module(text: str) -> bytes:
    """Compile IR text in a child process. Raises `LlvmError`."""
    return Compilation(text).result()


def _child(make: Callable[[], bytes], writable: int, errors: int) -> None:
    """Compile, write the pickled answer to the pipe, and end without running the parent's exit handlers."""
    os.dup2(errors, 2)
    try:
        answer = ("object", make())
    except Exception as error:  # whatever LLVM's binding raises becomes the parent's LlvmError
        answer = ("error", f"{type(error).__name__}: {error}")
    with os.fdopen(writable, "wb") as pipe:
        pipe.write(pickle.dumps(answer))
    os._exit(0)
