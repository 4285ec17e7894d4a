"""Names of the prelude that are ordinary Python values: numbers, text, keys, classes."""

from typing import Annotated as Annotated
from typing import Any as Any
from typing import Dict as Dict
from typing import List as List
from typing import Optional as Optional
from typing import Set as Set
from typing import Tuple as Tuple
from typing import Union as Union

from seahorse.prelude.values.classes import *
from seahorse.prelude.values.collections import *
from seahorse.prelude.values.library import *
from seahorse.prelude.values.numbers import *
from seahorse.prelude.values.pubkey import *
from seahorse.prelude.values.text import *
