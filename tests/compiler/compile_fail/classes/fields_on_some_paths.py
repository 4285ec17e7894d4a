from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Window:
    start: u64
    end: u64
    name: str

    def __init__(self, n: u64) -> None:
        self.start = n
        if n > 5:
            self.name = "late"
            return
        self.end = self.start + 5
        for i in range(n):
            self.name = str(i)


class Early:
    def __init__(self, n: u64) -> None:
        self.double: u64 = self.n * 2
        self.n = n
        self.more = n
        self.sum: u64 = self.n + self.more


@instruction
def run(n: u64) -> u64:
    return Window(n).start + Early(n).double
