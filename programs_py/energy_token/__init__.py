"""Energy token: GRID, the token of metered energy.

GRID is an SPL token with 9 decimals. 1 GRID is 1 kWh, so 1 Wh is 1 000 000 base units; amounts here are base
units. GRID comes into being only against net generation that registry settles, and only in the token account
of the meter's owner. The program's own account `token_info` is the mint authority: nobody holds a key that
could mint.

Who may do what:
- the token authority: the list of REC validators, and whether one of them must sign when an owner mints;
- a meter's owner, while Active: minting what the meter has earned;
- the oracle: the same for the owner, along with a reading;
- a holder: transferring and burning.

`total_supply` is read back from the mint whenever this program mints or burns. SPL's own transfer, approve
and burn work on GRID as on every token; they do not pass through this program, and a pause does not reach
them.
"""

from energy_token.accounts import *
from energy_token.administration import *
from energy_token.errors import *
from energy_token.events import *
from energy_token.holding import *
from energy_token.minting import *
from seahorse.prelude import *

declare_id("94G1r674LmRDmLN2UPjDFD8Eh7zT8JaSaxv9v68GyEur")
