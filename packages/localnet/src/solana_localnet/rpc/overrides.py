"""Values that control methods set instead of the chain's own."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Overrides:
    """supply: members of getSupply's answer; disabled: control methods that are closed."""

    supply: dict[str, Any] = field(default_factory=dict[str, Any])
    disabled: set[str] = field(default_factory=set[str])
