"""Prints the compute units of every instruction beside the peers' figures and our targets, and writes bench/cu.json.

Run as `.venv-localnet/bin/python -m bench.cu` (or `make bench`). Figures are deterministic: fixed keys, a fixed clock.
"""

import json

from rich.console import Console
from rich.table import Table

from bench.peers import PEERS
from bench.scenario import ROOT, measure

COMMITTED = ROOT / "bench" / "cu.json"


def table(measured: dict[str, int]) -> Table:
    """One row per instruction; a figure over its target is marked."""
    out = Table(title="compute units, CPIs included")
    for title in ("instruction", "ours", "target", "peer", "peer's instruction"):
        out.add_column(title, justify="left" if "instruction" in title else "right")
    for name, cu in measured.items():
        peer = PEERS.get(name)
        target = peer.target if peer else None
        missed = target is not None and cu > target
        out.add_row(
            name,
            f"[bold red]{cu:,}[/]" if missed else f"{cu:,}",
            f"{target:,}" if target is not None else "",
            f"{peer.cu:,}" if peer and peer.cu is not None else "",
            peer.theirs if peer else "",
        )
    return out


def main() -> None:
    measured = measure()
    Console(width=120).print(table(measured))
    targets = {name: peer.target for name, peer in PEERS.items() if peer.target is not None}
    met = sum(measured[name] <= target for name, target in targets.items())
    print(f"{met} of {len(targets)} targets met; {len(measured)} instructions measured")
    COMMITTED.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
