"""The exact audit, from chain state alone: every Wh, every base unit and every counter must add up, to the last one."""

from gridtokenx.market.audit.books import Audit, Equation
from gridtokenx.market.audit.equations import audit
from gridtokenx.market.audit.state import TOKEN_ACCOUNT_BYTES, ChainState, read_state

__all__ = ["TOKEN_ACCOUNT_BYTES", "Audit", "ChainState", "Equation", "audit", "read_state"]
