"""Whom an event concerns, and in which words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gridtokenx.market.units import format_units, format_wh

OPERATOR = "operator"
"""The recipient of what concerns who runs the services."""


def notices_of(name: str, fields: Mapping[str, Any], quarter: str = "") -> Iterator[tuple[str, str]]:
    """Recipient (a wallet, or OPERATOR) and words of each notice of an event; numbers are text, as in JSON. `quarter`:
    the end of the quarter-hour in which a trade was made, as people write it."""
    if name == "GridTokensMinted":
        yield fields["meter_owner"], f"Successfully minted {format_units(int(fields['amount']))} GRID tokens"
    elif name == "OrderMatched":
        energy = format_wh(int(fields["amount"]))
        when = f"the quarter-hour to {quarter}" if quarter else f"epoch {fields['epoch']}"
        yield fields["seller"], f"You sold {energy} in {when}"
        yield fields["buyer"], f"You bought {energy} in {when}"
    elif name == "OrderExpired":
        yield fields["user"], f"Your order {fields['order_id']} expired; what it had locked is yours again"
    elif name == "UserRegistered":
        yield fields["user"], "Welcome: you are registered"
    elif name == "MeterRegistered":
        yield fields["owner"], f"Your meter {fields['meter_id']} is registered"
    elif name == "UserStatusUpdated":
        yield fields["user"], f"Your account is {fields['new_status']} now"
    elif name == "ErcTransferred":
        yield fields["new_owner"], f"Certificate {fields['certificate_id']} is yours now"
    elif name == "EmergencyPauseActivated":
        yield OPERATOR, f"The system is paused: {fields['reason']}"
    elif name == "EmergencyPauseDeactivated":
        yield OPERATOR, "The system goes on"
