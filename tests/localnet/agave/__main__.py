"""Prints where a validator differs from the recording: a localnet of its own, or the one at the given addresses."""

import sys

from tests.localnet.agave.compare import SKIPPED, by_name, differences, excuse, left_over, recording
from tests.localnet.agave.script.play import play

from solana_localnet.spawn import spawn

OPTIONS = ("--finality", "real")
SLOT_MS = 60


def record() -> list[object]:
    """The script's steps, played against a fresh localnet that runs as the recorded validator did."""
    with spawn(python=sys.executable, slot_ms=SLOT_MS, block_delay_ms=None, args=OPTIONS) as net:
        return play(net.rpc_url, net.ws_url)


def main() -> None:
    """Plays, compares, prints; exit status 1 when something differs that has no excuse."""
    steps = play(*sys.argv[1:3]) if len(sys.argv) > 1 else record()
    reference, played = recording(), by_name(steps)
    lines = left_over(reference, played)
    equal = excused = 0
    for name, step in reference.items():
        found = list(differences(step, played.get(name)))
        own = [item for item in found if not item.path.endswith(".apiVersion")]
        equal += name not in SKIPPED and not own
        excused += name in SKIPPED or (bool(own) and all(excuse(name, item.path) for item in own))
    print("\n".join(lines))
    print(f"{len(reference)} steps: {equal} equal, {excused} excused, {len(reference) - equal - excused} differ")
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
