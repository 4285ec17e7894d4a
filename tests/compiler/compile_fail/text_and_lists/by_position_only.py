"""Python takes these parameters by position only."""
import math

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def named(items: List[u64], text: str, n: u64):
    print(sum(iterable=items))
    items.append(x=n)
    print(text.find(sub="a"), text.split(separator=" "))
    print(math.sqrt(x=2.0))
    del text[0]
