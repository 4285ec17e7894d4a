"""Governance: proof of authority over renewable energy certificates (ERC), and the system's emergency brake.

Two roles, each of which changes hands in two steps (offer, accept within 48 hours), so that a typo cannot lock the
system:
- the REC authority certifies: it issues, validates and revokes certificates; it pauses and unpauses the system;
- the engineering authority runs the system: limits, parameters, maintenance, the authorities of the other programs
  and, during maintenance, the upgrades of all five.

A certificate says that a meter generated a number of watt-hours (Wh) from a renewable source. Registry
remembers per meter how much was claimed, so that no watt-hour is certified twice; a revoked or expired
certificate does not give its claim back. A certified watt-hour is used once: a sell order reserves it, a trade
retires it, and its owner can retire it outside of the market; what is reserved and retired is never more than
what is certified.

While the system is paused or in maintenance, no certificate is issued, validated, transferred, retired or expired.
Revoking, releasing, configuring and handing over stay possible, so that the cause can be mended.
"""

from governance.accounts import *
from governance.administration import *
from governance.certificates import *
from governance.counting import *
from governance.emergency import *
from governance.errors import *
from governance.events import *
from governance.roles import *
from governance.upgrades import *
from seahorse.prelude import *

declare_id("4DY97YYBt4bxvG7xaSmWy3MhYhmA6HoMajBHVqhySvXe")
