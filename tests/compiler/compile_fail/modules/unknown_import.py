from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

from typing import TypedDict
from enum import StrEnum


@instruction
def run(owner: Signer, data: TypedDict):
    pass
