from seahorse.prelude import *
declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")
@instruction
def nested(deep: Option[u8], b: Vec[u8], c: Foo[u8], d: Foo):
    pass
