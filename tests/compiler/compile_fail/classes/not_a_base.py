from typing import List, Union

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Shape(Union):
    pass


class TooFar(Exception):
    pass


class Ids(List[u64]):
    pass


class Amount(u64):
    pass


class Color(str, Enum):
    RED = "red"


class Number(int, Enum):
    ONE = 1
