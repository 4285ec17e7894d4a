"""Runs every check of the official tools against localnet and the real validator, and prints what came of each.

python -m tests.official [--on localnet] [--on agave] [--on URL] [--only WORD] [--build]
"""

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.official import anchor, chain, figures, market, programs, staking, tools, wallet
from tests.official.checks import CHECKS, Cluster, Desk, Failed, NotHere
from tests.official.clusters import agave, localnet
from tests.official.figures import Figures

# Importing a family registers its checks.
FAMILIES = (chain, wallet, staking, programs, anchor, market)


@contextlib.contextmanager
def opened(name: str, folder: Path) -> Iterator[Cluster]:
    """A cluster by name."""
    if name == "localnet":
        with localnet() as cluster:
            yield cluster
    elif name == "agave":
        with agave(folder) as cluster:
            yield cluster
    else:
        host, _, port = name.removesuffix("/").rpartition(":")
        yield Cluster(name, name, f"{host.replace('http', 'ws', 1)}:{int(port) + 1}")


def run_checks(name: str, only: str, told: Figures) -> bool:
    """Runs the checks whose names hold `only` on one cluster; True when none failed. Notes seconds in `told`."""
    failed = passed = left = 0
    with tempfile.TemporaryDirectory() as folder, opened(name, Path(folder)) as cluster:
        desk = Desk(cluster, Path(folder))
        desk.solana("airdrop", "500")
        for title, function in CHECKS.items():
            if only not in title:
                continue
            began = time.monotonic()
            try:
                function(desk)
                passed, said = passed + 1, "ok"
            except NotHere as reason:
                left, said = left + 1, f"left out: {reason}"
            except Failed as failure:
                failed, said = failed + 1, f"FAILED: {failure}"
            seconds = time.monotonic() - began
            told.setdefault(title, {})[name] = f"{seconds:.1f}" if said == "ok" else said.partition(":")[0]
            print(f"{cluster.name:<9} {title:<40} {seconds:6.1f} s  {said}", flush=True)
    print(f"{name}: {passed} passed, {failed} failed, {left} left out", flush=True)
    return failed == 0 and passed > 0


def main() -> int:
    """Exit status: 0 when every check passed on every cluster."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--on", action="append", metavar="CLUSTER", help="localnet, agave or a URL (both)")
    options.add_argument("--only", default="", metavar="WORD", help="checks whose names hold this word")
    options.add_argument("--build", action="store_true", help="build the tools that are missing first")
    chosen = options.parse_args()
    if chosen.build:
        tools.build_missing()
    names = chosen.on or ["localnet", "agave"]
    told: Figures = {}
    results = [run_checks(name, chosen.only, told) for name in names]
    if not chosen.only and not chosen.on:
        figures.write(told, names)
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
