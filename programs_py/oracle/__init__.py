"""Oracle: all measurements enter the chain through this program.

The API gateway submits what the smart meters (AMI) report. A reading passes four layers: the gateway's
signature, the oracle's own switch, plausibility, and then registry adds it to the meter's totals. The event
is the permanent record: it is written to the transaction log in base64. When a quarter-hour is over, the
gateway also triggers the clearing of its market.

A reading is plausible when it is newer than the meter's last one, not ahead of the chain's clock by more than a
minute, and not faster than the meter can be: the energy in either direction is at most `max_reading_wh` per
`market_clearing_interval` of the time since the last reading. So even a stolen gateway key has a ceiling.

Who may do what:
- the oracle authority: configuration, status, the gateway's key;
- the API gateway: readings and clearing.

During a pause the authority can still replace the gateway and change the configuration, so that the cause can
be mended.
"""

from oracle.accounts import *
from oracle.administration import *
from oracle.clearing import *
from oracle.errors import *
from oracle.events import *
from oracle.readings import *
from seahorse.prelude import *

declare_id("DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE")
