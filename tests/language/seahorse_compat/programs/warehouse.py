# Everything that can be kept in an account and changed in place.

from seahorse.prelude import *
from depot.crates import Crate


declare_id('JWJXW6quKxHPg8WWunWYEHYSaGH1vNRdsGfqs3ZiAjQ')


class Core:
    value: i32

    def __init__(self, value: i32):
        self.value = value


class Shell:
    core: Core

    def __init__(self, value: i32):
        self.core = Core(value)

    def clear(self):
        self.core = Core(0)


class Gate(Enum):
    SHUT = 1
    OPEN = 2


class Warehouse(Account):
    grid: Array[Array[i32, 3], 2]
    row: List[i32]
    table: List[List[i32]]
    label: str
    shell: Shell
    shells: List[Shell]
    gate: Gate
    load: Crate


@instruction
def build(owner: Signer, warehouse: Empty[Warehouse]):
    house = warehouse.init(
        payer=owner,
        seeds=[owner],
        padding=1024
    )

    house.row = [1, 2]
    house.table = [[3, 4], [5, 6]]
    house.label = 'Depot'
    house.shell = Shell(7)
    house.shells = [Shell(8), Shell(9)]
    house.load = Crate(10)


@instruction
def rebuild(owner: Signer, house: Warehouse):
    house.grid[1][2] = 1
    house.row.append(0)
    house.table[1][-1] = 0
    house.label = house.label + ' North'
    house.shell.clear()
    house.shells[0].clear()
    house.shells.append(Shell(10))
    house.gate = Gate.OPEN
    house.load = Crate(11)


@instruction
def alias(owner: Signer, house: Warehouse):
    # Other names for the same values: what is done to them is done to the account.
    row = house.row
    row.append(77)
    inner = house.table[0]
    inner[0] = 88
    shell = house.shells[-1]
    shell.core.value = 99
    same = row
    same[0] += 1
    print(house.row, house.table, house.shells[-1].core.value)
