"""Profile: accounts that an older version of the program made become those of a newer one.

Version 1 knew a name and points. Version 2 has a level, badges and friends too; an account is upgraded
in place, by its owner, and keeps what it had. It grows when a friend does not fit any more.
"""

from seahorse.prelude import *

declare_id("2oeBUSF55ZLbwJms4VTbSDSwUx4CDGTzU4AEiUapzaiY")


class ProfileV1(Account):
    """As the first version made it. PDA: ["profile", owner]."""

    owner: Pubkey
    name: String[20]
    points: u64
    bump: u8


class Profile(Account):
    """The same account today."""

    owner: Pubkey
    name: String[20]
    points: u64
    bump: u8
    level: u16
    since: i64
    friends: List[Pubkey]

    @property
    def rank(self) -> str:
        match self.level:
            case 0:
                return "guest"
            case n if n < 10:
                return "regular"
            case _:
                return "veteran"


class ProfileError(Error):
    KNOWN = 6000, "They are friends already"


POINTS_PER_LEVEL = 100
HIGHEST_LEVEL = 65_535
OldProfile = Annotated[ProfileV1, Seeds("profile", arg.owner)]
NewProfile = Annotated[Profile, Seeds("profile", arg.owner)]


def level_of(points: u64) -> u16:
    return u16(min(points // POINTS_PER_LEVEL, HIGHEST_LEVEL))


@instruction
def create_old(owner: Signer, profile: Empty[ProfileV1], name: str):
    made = profile.init(payer=owner, seeds=["profile", owner])
    made.owner = owner.key()
    made.name = name


@instruction
def earn_old(owner: Signer, profile: OldProfile, points: u64):
    profile.points += points


@instruction
def upgrade(owner: Signer, profile: OldProfile) -> u16:
    new = profile.migrate(Profile, owner)
    new.level = level_of(new.points)
    new.since = Clock.get().unix_timestamp()
    return new.level


@instruction
def earn(owner: Signer, profile: NewProfile, points: u64) -> u16:
    profile.points += points
    profile.level = level_of(profile.points)
    return profile.level


@instruction
def befriend(owner: Signer, profile: NewProfile, friend: UncheckedAccount) -> u64:
    key = friend.key()
    assert key not in profile.friends, ProfileError.KNOWN
    profile.resize(profile.data_len() + 32, owner)
    profile.friends.append(key)
    return len(profile.friends)


@instruction
def describe(owner: UncheckedAccount, profile: NewProfile) -> str:
    return f"{profile.name} ({profile.rank}, {profile.points} points, {len(profile.friends)} friends)"
