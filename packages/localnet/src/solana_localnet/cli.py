"""The `localnet` command: its options, and its error messages.

argparse, because `--bpf-program ID FILE` takes two values and may be repeated, as solana-test-validator has it.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from solana_localnet import __version__
from solana_localnet import settings as defaults
from solana_localnet.chain.ledger import LedgerError
from solana_localnet.faucet.server import FaucetPortInUse
from solana_localnet.genesis import GenesisError
from solana_localnet.idl.document import IdlError
from solana_localnet.server import PortInUse, run
from solana_localnet.settings import Settings
from solana_localnet.validator.features import FeatureError
from solana_localnet.validator.flags import TICKS_PER_SLOT, add_flags, port, read_flags, slot_milliseconds
from solana_localnet.validator.keys import KeyFileError

MISTAKES = (GenesisError, IdlError, LedgerError, PortInUse, FaucetPortInUse, KeyFileError, FeatureError)
"""Errors of the command line; each says in one line what to do."""


def parser(name: str = "localnet") -> argparse.ArgumentParser:
    """The command's options. name: what the command is called."""
    result = argparse.ArgumentParser(
        prog=name,
        description="Run a Solana validator in this process, for development and tests.",
        allow_abbrev=False,
    )
    add = result.add_argument
    port_help = "RPC port; 0 lets the system choose (8899)"
    add("--port", "--rpc-port", type=port, default=defaults.DEFAULT_PORT, metavar="N", help=port_help)
    host_help = "address to listen on (127.0.0.1)"
    add("--host", "--bind-address", "--gossip-host", default="127.0.0.1", metavar="ADDRESS", help=host_help)
    _add_genesis(result)
    _add_chain(result)
    add(
        "--max-body",
        type=_positive,
        default=defaults.DEFAULT_MAX_BODY,
        metavar="BYTES",
        help="largest request (32 MiB)",
    )
    add("--open", action="store_true", help="open the explorer in the browser")
    add("--quiet", "-q", action="store_true", help="print nothing but the two addresses and errors")
    add("--log", action="store_true", help="print every transaction and its logs")
    add("--version", action="version", version=f"{name} {__version__}")
    add_flags(result)
    # For parents that start a localnet: see solana_localnet.spawn.
    add("--exit-with-stdin", action="store_true", help=argparse.SUPPRESS)
    return result


def _add_genesis(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--anchor-toml", type=Path, metavar="FILE", help="load what [[test.genesis]] names in this Anchor.toml")
    add("--upgrade-authority", metavar="ADDRESS", help="who may upgrade them, instead of [provider] wallet")
    program, account = ("ID", "FILE"), ("ADDRESS", "FILE")
    _repeated(parser, "--bpf-program", program, "load a program that cannot be upgraded; repeatable")
    upgradeable = (*program, "AUTHORITY")
    _repeated(parser, "--upgradeable-program", upgradeable, "load a program that AUTHORITY may upgrade; repeatable")
    _repeated(parser, "--account", account, "load an account from JSON ('-': its own address); repeatable")
    snapshot = "start from an exported snapshot; repeatable"
    idls = "IDL files, or a folder of them, to decode by (target/idl beside --anchor-toml); repeatable"
    add("--idl", type=Path, action="append", default=[], metavar="PATH", help=idls)
    add("--clone-from", type=Path, action="append", default=[], metavar="FILE", help=snapshot)


def _add_chain(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--ledger", "-l", type=Path, metavar="DIR", help="keep state and history in this directory")
    add("--reset", "-r", action="store_true", help="empty the ledger first")
    add("--start-time", type=_positive, metavar="UNIX", help="the chain's time at genesis in unix seconds (now)")
    add("--slot-time", type=_positive, metavar="MS", help="slot length (400)")
    delay = "how long a block stays open after its first transaction; 0: what lands is final at once (25)"
    add("--block-delay", type=_natural, default=defaults.DEFAULT_BLOCK_DELAY_MS, metavar="MS", help=delay)
    finality = "what `finalized` means: the last block, or 31 blocks behind as on a cluster (instant)"
    add("--finality", choices=("instant", "real"), default="instant", help=finality)
    modes = ("clock", "transaction")
    add("--block-production-mode", choices=modes, default="clock", help="what opens a slot (clock)")
    history = "transactions to remember (100000)"
    add("--history", type=_positive, default=defaults.DEFAULT_HISTORY, metavar="N", help=history)
    logs = "program logs to keep per transaction; 0 keeps all (10000)"
    add("--log-bytes-limit", "--log-messages-bytes-limit", type=_natural, default=10_000, metavar="BYTES", help=logs)


def _repeated(parser: argparse.ArgumentParser, flag: str, names: tuple[str, ...], text: str) -> None:
    parser.add_argument(flag, nargs=len(names), action="append", default=[], metavar=names, help=text)


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is negative")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a positive number")
    return number


def read_settings(arguments: Sequence[str] | None = None) -> Settings:
    """Settings from command-line arguments; exits with a usage message when they do not fit."""
    arguments_parser = parser()
    return settings_from(arguments_parser, arguments_parser.parse_args(arguments))


def settings_from(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Settings:
    """Settings from parsed options; exits with a usage message when they do not fit together."""
    try:
        flags = read_flags(options)
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    if options.slot_time is not None and options.ticks_per_slot is not None:
        parser.error("--slot-time and --ticks-per-slot say the same thing; give one of them")
    slot_ms: int = options.slot_time or slot_milliseconds(options.ticks_per_slot or TICKS_PER_SLOT)
    programs: list[tuple[str, Path, str | None]] = [(key, Path(file), None) for key, file in options.bpf_program]
    programs += [(key, Path(file), owner) for key, file, owner in options.upgradeable_program]
    return Settings(
        host=options.host,
        port=options.port,
        anchor_toml=options.anchor_toml,
        upgrade_authority=options.upgrade_authority,
        programs=programs,
        accounts=[(key, Path(file)) for key, file in options.account],
        clone_from=options.clone_from,
        idls=options.idl,
        ledger=options.ledger,
        reset=options.reset,
        start_time=options.start_time,
        slot_ms=slot_ms,
        block_production=options.block_production_mode,
        block_delay_ms=options.block_delay,
        finality=options.finality,
        history=options.history,
        max_body=options.max_body,
        log_bytes_limit=options.log_bytes_limit or None,
        quiet=options.quiet,
        log=options.log,
        open_browser=options.open,
        validator=flags,
        exit_with_stdin=options.exit_with_stdin,
    )


def main() -> None:
    """Entry point of the console script."""
    settings = read_settings()
    level = logging.INFO if settings.log else logging.ERROR if settings.quiet else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        run(settings)
    except MISTAKES as error:
        print(f"localnet: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
