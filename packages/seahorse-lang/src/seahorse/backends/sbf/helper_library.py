"""The runtime library: which function writes each helper. A helper is written when a program first uses it."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import account_records, addresses
from seahorse.backends.sbf.builtins import accounts, resizing, tokens
from seahorse.backends.sbf.entry import checks, creation, loading, markers
from seahorse.backends.sbf.frame import heap
from seahorse.backends.sbf.frame.errors import Errors, write_fail
from seahorse.backends.sbf.helpers import float_arithmetic, float_power, float_text, formatting, integers, text
from seahorse.backends.sbf.invoke import cpi, events
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.objects import lists
from seahorse.backends.sbf.scalars import text_slices
from seahorse.ir.errors import AnchorError

HelperWriter = Callable[[LlvmModule], object]


def library(errors: Errors) -> dict[str, HelperWriter]:
    return {
        "fail": lambda m: write_fail(m, errors),
        "fail_keys": lambda m: checks.write_fail_keys(m, errors),
        "fail_account": lambda m: checks.write_fail_account(m, errors),
        "check_token_account": lambda m: checks.write_check_token_account(m, errors),
        "load_accounts": loading.write_load_accounts,
        "load_all": loading.write_load_all,
        "check_any_token": lambda m: checks.write_check_any_token(m, errors),
        "find_extension": tokens.write_find_extension,
        "check_mint": lambda m: checks.write_check_mint(m, errors),
        "check_account": checks.write_check_account,
        "check_marker": lambda m: markers.write_check_marker(m, errors),
        "check_zero": lambda m: markers.write_check_zero(m, errors),
        "require_address": checks.write_require_address,
        "require_written": lambda m: checks.write_require_written(m, errors),
        "require_program": lambda m: checks.write_require_program(m, errors),
        **accounts.SYSVAR_HELPERS,
        "differs": account_records.write_differs,
        "copy_key": account_records.write_copy_key,
        "make_room": account_records.write_make_room,
        "allocate": lambda m: heap.write_allocate(m, errors.framework(AnchorError.HeapExhausted)),
        "log_event": events.write_log_event,
        "describe": cpi.write_describe,
        "describe_three": cpi.write_describe_three,
        "token_call": cpi.write_token_call,
        "create_account": lambda m: creation.write_create_account(m, *_creation_errors(errors), derived=True),
        "create_signer": lambda m: creation.write_create_account(m, *_creation_errors(errors), derived=False),
        "resize_account": lambda m: resizing.write_resize_account(
            m, errors.program_error("InvalidRealloc"), errors.program_error("UnsupportedSysvar")
        ),
        "find_off_curve": addresses.write_find_off_curve,
        "find_checked": addresses.write_find_checked,
        "find_canonical": addresses.write_find_canonical,
        "char_offset": text_slices.write_char_offset,
        "list_grow": lists.write_list_grow,
        **_named(integers),
        **_named(text),
        **_named(formatting),
        **float_arithmetic.LIBRARY,
        **float_power.LIBRARY,
        **float_text.LIBRARY,
    }


def _creation_errors(errors: Errors) -> tuple[int, int]:
    return errors.program_error("UnsupportedSysvar"), errors.framework(AnchorError.TryingToInitPayerAsProgramAccount)


def _named(module: object) -> dict[str, HelperWriter]:
    """Every `write_NAME` of a module, by NAME."""
    return {name[6:]: value for name, value in vars(module).items() if name.startswith("write_")}
