"""Functions of the language that are written in the language. Each is a function that every program has, by its name.

They are compiled into the programs that use them. CPython runs this file as it is, and editors read it: what stands
here is what a person sees.
"""

from seahorse.library.hashes import blake3_of
from seahorse.prelude.values import *


def blake3(data: bytes) -> bytes:
    """The 32 bytes of the BLAKE3 hash of `data`. The program computes it itself."""
    return blake3_of(data)
