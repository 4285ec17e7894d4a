"""Trading: the campus energy market, a call auction for every quarter-hour, with escrow and settlement.

Prosumers sell energy, that is GRID (1 kWh = 1 GRID = 10**9 base units); buyers pay in the market's payment
mint, which is GRID itself unless another SPL token was chosen. Energy is in watt-hours (Wh), prices in base
units of the payment mint per kWh:

    value of a trade   = amount_wh * price_per_kwh / 1000
    lock of a buy      = the same with the buyer's limit
    lock of a sell     = amount_wh * 1 000 000 base units of GRID
    fee                = value * market_fee_bps / 10 000, floored, of all that a sell order has traded

Prices stand on a grid whose floor and tick are multiples of 1000, so a watt-hour costs a whole number of base
units, and no value is ever rounded. That, and the fee of the order instead of the trade, make what an order
pays and receives the same whoever settles it, in whatever order, against whomever.

The life of a quarter-hour, `Epoch`: it is opened, and takes the market's rules as they are then; orders lock
what they may spend and enter its two histograms; when it is over, the oracle clears it, which finds one price
for all and what each order is allotted (`auction.py`); then anyone settles the allotments, pair by pair.

What an order may spend is locked in a vault, one per mint, that the market's own account controls. At all
times a vault holds exactly what the open orders have locked in it, plus the fees not withdrawn yet.

Who may do what:
- the trading authority: the market's rules, for the epochs opened later, and withdrawing fees;
- the matcher: settling (anyone, when the market names no matcher);
- users: their own orders; anyone may open an epoch, expire an order that is past its time, which sends its
  money home, and close an epoch that is settled;
- the oracle alone clears epochs.

During a pause orders can be cancelled, expired and closed, and the authority can change the rules; nothing
else moves.
"""

from seahorse.prelude import *
from trading.accounts import *
from trading.administration import *
from trading.cancellation import *
from trading.epochs import *
from trading.errors import *
from trading.events import *
from trading.orders import *
from trading.settlement import *

declare_id("GZnqNTJsre6qB4pWCQRE9FiJU2GUeBtBDPp6s7zosctk")
