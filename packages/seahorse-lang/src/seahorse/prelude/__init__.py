"""The names that every Seahorse program starts from: `from seahorse.prelude import *`.

An editor reads types and documentation here; the compiler knows the names by themselves. With it, programs that
import each other can be imported (`importing.py`). Numbers, text, arrays, keys, enums, errors and events are ordinary
Python values; what needs a ledger says so when called.
"""

from types import ModuleType as _Module

from seahorse.library.functions import *
from seahorse.library.operations import *
from seahorse.prelude.directives import *
from seahorse.prelude.ledger.accounts import *
from seahorse.prelude.ledger.chain import *
from seahorse.prelude.ledger.cpi import *
from seahorse.prelude.ledger.empty import *
from seahorse.prelude.ledger.seeds import *
from seahorse.prelude.ledger.tokens import *
from seahorse.prelude.modules.importing import install as _install
from seahorse.prelude.values import *

_install()

if not TYPE_CHECKING:
    # Type checkers see every name that the lines above import. Python would see the rooms of this package as well.
    __all__ = sorted(
        name for name, value in globals().items() if not name.startswith("_") and not isinstance(value, _Module)
    )
