"""The flags of solana-test-validator, by their names and letters there, and what they mean here."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solana_localnet.faucet.limits import DEFAULT_TIME_SLICE, LAMPORTS_PER_SOL

TICK_MS = 6.25
TICKS_PER_SLOT = 64
DEFAULT_FAUCET_SOL = 1_000_000.0
MIN_SLOTS_PER_EPOCH = 32

# Taken so that scripts run, with the reason for which they change nothing.
WITHOUT_EFFECT = {
    "--limit-ledger-size": "the ledger keeps what --history says",
    "--gossip-port": "there is no gossip",
    "--dynamic-port-range": "there is neither gossip nor TPU",
    "--account-index": "every account is found without an index",
    "--transaction-account-lock-limit": "the limit follows from the features",
}
REFUSED = {
    "--geyser-plugin-config": "there are no Geyser plugins here; subscribe over the WebSocket",
    "--enable-rpc-bigtable-ledger-storage": "there is no Bigtable here; --ledger keeps history",
    "--enable-bigtable-ledger-upload": "there is no Bigtable here; --ledger keeps history",
}


@dataclass(slots=True)
class ValidatorFlags:
    """The values of the flags. Amounts in lamports; addresses as they were written, checked when genesis is made."""

    mint: str | None = None
    account_dirs: list[Path] = field(default_factory=list[Path])
    url: str | None = None
    clone: list[str] = field(default_factory=list[str])
    maybe_clone: list[str] = field(default_factory=list[str])
    clone_programs: list[str] = field(default_factory=list[str])
    clone_lookup_tables: list[str] = field(default_factory=list[str])
    clone_feature_set: bool = False
    deactivated: list[str] = field(default_factory=list[str])
    slots_per_epoch: int | None = None
    compute_unit_limit: int | None = None
    warp_slot: int | None = None
    warp_to_remote: bool = False
    faucet_port: int | None = None
    faucet_lamports: int | None = None
    faucet_per_request: int | None = None
    faucet_per_time: int | None = None
    faucet_time_slice: int = DEFAULT_TIME_SLICE
    vote_subscription: bool = False
    block_subscription: bool = False
    ignored: list[str] = field(default_factory=list[str])

    @property
    def clones(self) -> bool:
        """Whether anything is to be read from a running RPC."""
        lists = (self.clone, self.maybe_clone, self.clone_programs, self.clone_lookup_tables)
        return any(lists) or self.clone_feature_set or self.warp_to_remote


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the flags that localnet does not have anyway."""
    group = parser.add_argument_group("as solana-test-validator has them")
    add = group.add_argument
    add("--mint", metavar="ADDRESS", help="an address with 500,000,000 SOL in genesis")
    many(group, "--account-dir", "DIR", "load every account file (*.json) of a folder; repeatable", Path)
    add("--url", "-u", metavar="URL", help="the RPC to clone from: a URL, localhost, devnet, testnet or mainnet-beta")
    many(group, "--clone", "ADDRESS", "copy an account from --url; repeatable", str, "-c")
    many(group, "--maybe-clone", "ADDRESS", "as --clone, if the account is there")
    many(group, "--clone-upgradeable-program", "ADDRESS", "copy a program with its code from --url")
    many(group, "--deep-clone-address-lookup-table", "ADDRESS", "copy a lookup table and all that it names")
    add("--clone-feature-set", action="store_true", help="activate the features that --url has, and no others")
    many(group, "--deactivate-feature", "ADDRESS", "a feature that is not active; repeatable")
    slots = f"length of an epoch, {MIN_SLOTS_PER_EPOCH} or more (432000)"
    add("--slots-per-epoch", type=at_least(MIN_SLOTS_PER_EPOCH), metavar="SLOTS", help=slots)
    add("--ticks-per-slot", type=at_least(1), metavar="TICKS", help="length of a slot in ticks of 6.25 ms (64)")
    limit = "compute units of every transaction, whatever it asks for"
    add("--compute-unit-limit", "--max-compute-units", type=at_least(1), metavar="UNITS", help=limit)
    add("--warp-slot", "-w", nargs="?", const="", metavar="SLOT", help="begin at this slot, or at the one of --url")
    add("--rpc-pubsub-enable-vote-subscription", action="store_true", help="serve voteSubscribe")
    add("--rpc-pubsub-enable-block-subscription", action="store_true", help="serve blockSubscribe")
    _add_faucet(group)
    for flag, reason in WITHOUT_EFFECT.items():
        group.add_argument(flag, action="append", metavar="X", help=f"no effect: {reason}")
    for flag, reason in REFUSED.items():
        group.add_argument(flag, nargs="*", action=_Refuse, help=argparse.SUPPRESS, metavar=reason)


def _add_faucet(group: Any) -> None:
    add = group.add_argument
    add("--faucet-port", type=port, metavar="N", help="serve the faucet over TCP; 0 lets the system choose (none)")
    add("--faucet-sol", type=sol, metavar="SOL", help="what the faucet has in genesis (500,000,000)")
    add("--faucet-per-request-sol-cap", type=sol, metavar="SOL", help="the most that one request may have (no cap)")
    add("--faucet-per-time-sol-cap", type=sol, metavar="SOL", help="the most that one client may have (no cap)")
    seconds = "seconds after which a client may have as much again (60)"
    add("--faucet-time-slice-secs", type=at_least(1), default=DEFAULT_TIME_SLICE, metavar="S", help=seconds)


def read_flags(options: argparse.Namespace) -> ValidatorFlags:
    """The flags from parsed options. Raises argparse.ArgumentTypeError when they do not fit together."""
    flags = ValidatorFlags(
        mint=options.mint,
        account_dirs=options.account_dir,
        url=options.url,
        clone=options.clone,
        maybe_clone=options.maybe_clone,
        clone_programs=options.clone_upgradeable_program,
        clone_lookup_tables=options.deep_clone_address_lookup_table,
        clone_feature_set=options.clone_feature_set,
        deactivated=options.deactivate_feature,
        slots_per_epoch=options.slots_per_epoch,
        compute_unit_limit=options.compute_unit_limit,
        warp_slot=at_least(0)(options.warp_slot) if options.warp_slot else None,
        warp_to_remote=options.warp_slot == "",
        faucet_port=options.faucet_port,
        faucet_lamports=options.faucet_sol,
        faucet_per_request=options.faucet_per_request_sol_cap,
        faucet_per_time=options.faucet_per_time_sol_cap,
        faucet_time_slice=options.faucet_time_slice_secs,
        vote_subscription=options.rpc_pubsub_enable_vote_subscription,
        block_subscription=options.rpc_pubsub_enable_block_subscription,
        ignored=[flag for flag in WITHOUT_EFFECT if getattr(options, flag[2:].replace("-", "_")) is not None],
    )
    if flags.clones and flags.url is None:
        raise argparse.ArgumentTypeError("--clone, --warp-slot without a slot and their like need --url")
    return flags


def slot_milliseconds(ticks: int) -> int:
    """The length of a slot of `ticks` ticks, a millisecond at least."""
    return max(1, round(ticks * TICK_MS))


def many(group: Any, flag: str, name: str, text: str, kind: Callable[[str], Any] = str, *letters: str) -> None:
    """A flag with one or more values that may be repeated."""
    group.add_argument(flag, *letters, nargs="+", action="extend", type=kind, default=[], metavar=name, help=text)


def at_least(minimum: int) -> Callable[[str], int]:
    """A parser of whole numbers from `minimum` on."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < minimum:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from {minimum} on")
        return int(text)

    return parse


def port(text: str) -> int:
    """A port number; 0 lets the system choose."""
    number = at_least(0)(text)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port (0 to 65535)")
    return number


def sol(text: str) -> int:
    """An amount in SOL, as lamports."""
    try:
        lamports = round(float(text) * LAMPORTS_PER_SOL)
    except (ValueError, OverflowError):
        lamports = -1
    if not 0 <= lamports < 1 << 64:
        raise argparse.ArgumentTypeError(f"{text} is not an amount of SOL")
    return lamports


class _Refuse(argparse.Action):
    """A flag that would mislead if it were taken. Its metavar is the reason."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        parser.error(f"{option_string}: {self.metavar}")
