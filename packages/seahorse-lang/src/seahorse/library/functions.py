"""Functions of the language that are written in the language. Each is a function that every program has, by its name.

The compiler makes them part of the programs that use them. CPython runs this file, and editors read it.
Imports from other modules of the library get names that begin with `_`, so that the prelude does not export them.
"""

from seahorse.library.hashes import blake3_of as _blake3_of
from seahorse.prelude.values import *


def blake3(data: bytes) -> bytes:
    """The 32 bytes of the BLAKE3 hash of `data`. The program computes it itself."""
    return _blake3_of(data)
