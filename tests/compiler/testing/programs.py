"""Sources of the programs that these tests run."""

BOX = """
from seahorse.prelude import *

declare_id("CH3AKTpLVWdAE8hf2dgLF7Qq4eguuSsF4wNUJ2c5GE3c")


class Colour(Enum):
    DARK_RED = 0
    BLUE = 1


@dataclass
class Point:
    x: i16
    y: i16


class Box(Account):
    owner: Pubkey
    colour: Colour
    label: String[16]
    point: Point
    friend: Optional[Pubkey]
    marks: Array[u8, 3]
    number: u32
    bump: u8


class Opened(Event):
    box: Pubkey
    colour: Colour


class BoxError(Error):
    WRONG_COLOUR = 6000, "Wrong colour"


OwnBox = Annotated[Box, Seeds("box", arg.owner, arg.number)]
LinkedBox = Annotated[Box, Seeds("box", arg.box.owner, arg.box.number)]


@instruction
def create(owner: Signer, box: Empty[Box], number: u32, label: String[16], point: Point):
    made = box.init(payer=owner, seeds=["box", owner, number])
    made.owner = owner.key()
    made.number = number
    made.label = label
    made.point = point


@instruction
def paint(owner: Signer, box: OwnBox, number: u32, colour: Colour, friend: Optional[Pubkey], marks: Array[u8, 3]):
    box.colour = colour
    box.friend = friend
    box.marks = marks


@instruction
def open(box: Box, other: LinkedBox, colour: Colour) -> Point:
    print(box.label, "and", other.label)
    assert box.colour == colour, BoxError.WRONG_COLOUR
    Opened(box=box.key(), colour=colour).emit()
    return box.point


@instruction
def guests(box: Box, guest: Signer | None, second: Box | None) -> u8:
    count = u8(0)
    if guest is not None:
        count += 1
    if second is not None:
        count += 2
    return count


@instruction
def deployer(program_data: ProgramData, signer: Signer) -> bool:
    return program_data.upgrade_authority() == signer.key()


@instruction
def now() -> i64:
    return Clock.get().unix_timestamp()
"""

CALLER = """
from seahorse.prelude import *
import box

declare_id("4fV4rJbUSv52gV75XNJxHYiL1vcMEKwCVQFvuVKSVvkL")


class Called(Event):
    colour: box.Colour


@instruction
def call(first: box.Box, colour: box.Colour) -> i16:
    Called(colour=colour).emit()
    point = box.open(box=first, other=first, colour=colour)
    return point.x
"""
