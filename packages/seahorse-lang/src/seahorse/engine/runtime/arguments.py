"""Arguments of calls between programs: which value is which parameter, and what the accounts may do."""

from __future__ import annotations

from typing import Any

from seahorse.engine.values.objects import Signature, state_of
from seahorse.ir.nodes import CpiTarget


def bound(order: list[str], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The values that are given, by parameter."""
    return dict(zip(order, args, strict=False)) | kwargs


def metas(target: CpiTarget, given: dict[str, Any]) -> tuple[list[tuple[bytes, bool, bool]], list[list[bytes]]]:
    """The accounts of a call as (address, signs, writable), and the seeds of those that are addresses of the caller."""
    out: list[tuple[bytes, bool, bool]] = []
    seeds: list[list[bytes]] = []
    for slot in target.slots:
        if slot.implicit:
            assert slot.address is not None
            out.append((slot.address, False, False))
            continue
        account = given.get(slot.name)
        if isinstance(account, Signature):
            seeds.append(account.seeds)
            account = account.account
        if account is None:
            # Anchor's mark for an absent account.
            out.append((target.program_id, False, False))
        else:
            out.append((state_of(account).key, slot.signer, slot.writable))
    return out, seeds
