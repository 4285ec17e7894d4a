"""Gives memory that localnet no longer needs back to the system, where the C library can do that."""

import ctypes
import gc


def give_back() -> None:
    """Collects what is unreachable and returns free pages. Takes milliseconds: for when much was let go."""
    gc.collect()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        # Not glibc: its allocator returns pages by itself, or never.
        return
    trim(0)
