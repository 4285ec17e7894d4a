"""The names that every Seahorse program starts from: `from seahorse.prelude import *`.

An editor reads types and documentation here; the compiler knows the names by themselves. With it, programs that
import each other can be imported (`importing.py`). Numbers, text, arrays, keys, enums, errors and events are ordinary
Python values; what needs a ledger says so when called.
"""

from typing import Annotated, Any, Dict, List, Optional, Set, Tuple, Union

from seahorse.prelude import (
    accounts,
    chain,
    classes,
    collections,
    cpi,
    directives,
    empty,
    library,
    numbers,
    pubkey,
    seeds,
    text,
    tokens,
)
from seahorse.prelude.accounts import *
from seahorse.prelude.chain import *
from seahorse.prelude.classes import *
from seahorse.prelude.collections import *
from seahorse.prelude.cpi import *
from seahorse.prelude.directives import *
from seahorse.prelude.empty import *
from seahorse.prelude.importing import install
from seahorse.prelude.library import *
from seahorse.prelude.numbers import *
from seahorse.prelude.pubkey import *
from seahorse.prelude.seeds import *
from seahorse.prelude.text import *
from seahorse.prelude.tokens import *

# What a module of the prelude exports, the prelude exports.
__all__ = ["Annotated", "Any", "Dict", "List", "Optional", "Set", "Tuple", "Union"]
__all__ += accounts.__all__
__all__ += chain.__all__
__all__ += classes.__all__
__all__ += collections.__all__
__all__ += cpi.__all__
__all__ += directives.__all__
__all__ += empty.__all__
__all__ += library.__all__
__all__ += numbers.__all__
__all__ += pubkey.__all__
__all__ += seeds.__all__
__all__ += text.__all__
__all__ += tokens.__all__

install()
