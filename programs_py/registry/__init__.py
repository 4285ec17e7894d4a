"""Registry: who is on the campus grid, which meters they own, and what those meters measured.

It is the source of truth for identity and energy. Energy is in watt-hours (Wh) everywhere. A meter's totals
only grow; what was already minted as GRID and what was already certified is remembered beside them, so that
no watt-hour counts twice.

Who may do what:
- the registry authority: configuration, users' status and type, and everything about meters: it signs every
  registration while registration is not open, assigns and transfers meters, and alone switches them. A meter
  that its owner could silence at night would mint energy that he consumed;
- a user: joining and leaving, registering own meters;
- the oracle alone moves a meter's totals, energy_token alone settles them, governance alone claims them.

A user who is not Active neither mints nor gets certificates; his meters are still read.

During a pause the authority can still change the status of users and meters and the configuration, so that the
cause can be mended.
"""

from registry.accounts import *
from registry.administration import *
from registry.energy import *
from registry.errors import *
from registry.events import *
from registry.meters import *
from registry.users import *
from seahorse.prelude import *

declare_id("2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7")
