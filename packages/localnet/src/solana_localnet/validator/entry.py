"""The `solana-test-validator` command: localnet with that command's defaults, files and words."""

import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from solders.hash import Hash

from solana_localnet.chain.chain import Chain
from solana_localnet.cli import MISTAKES, parser, settings_from
from solana_localnet.rpc.registry import API_VERSION, FEATURE_SET, SHRED_VERSION
from solana_localnet.server import Endpoints, run
from solana_localnet.settings import Settings
from solana_localnet.validator.flags import DEFAULT_FAUCET_SOL, sol
from solana_localnet.validator.keys import wallet

log = logging.getLogger("localnet.validator")

NAME = "solana-test-validator"
DEFAULT_LEDGER = "test-ledger"
DEFAULT_FAUCET_PORT = 9900


def validator_settings(arguments: Sequence[str] | None = None) -> Settings:
    """Settings from that command's arguments; exits with a usage message when they do not fit."""
    arguments_parser = parser(NAME)
    arguments_parser.add_argument("--config", "-C", type=Path, help="configuration of the `solana` command")
    arguments_parser.set_defaults(
        ledger=Path(DEFAULT_LEDGER), faucet_port=DEFAULT_FAUCET_PORT, faucet_sol=sol(str(DEFAULT_FAUCET_SOL))
    )
    options = arguments_parser.parse_args(arguments)
    settings = settings_from(arguments_parser, options)
    if settings.validator.mint is None:
        mint = wallet(options.config)
        if mint is not None:
            settings.validator.mint = str(mint)
        elif not settings.quiet:
            print("\nNotice! No wallet available. `solana airdrop` localnet SOL after creating one\n")
    return settings


def announce(settings: Settings, chain: Chain, identity: str, addresses: Endpoints) -> None:
    """Prints the lines that scripts wait for, and logs those that they look for in the log."""
    host, _, port = addresses.rpc.rpartition("//")[2].rpartition(":")
    for line in (
        f"agave-validator {API_VERSION} (src:00000000; feat:{FEATURE_SET:x}, client:localnet)",
        f"genesis hash: {Hash(chain.genesis_hash)}",
        f"identity pubkey: {identity}",
        f"local gossip address: {host}:{port}",
        f"shred_version: {SHRED_VERSION}",
        f"rpc bound to {host}:{port}",
    ):
        log.info(line)
    if settings.quiet:
        return
    lines = [
        f"Identity: {identity}",
        f"Genesis Hash: {Hash(chain.genesis_hash)}",
        f"Version: {API_VERSION}",
        f"JSON RPC URL: {addresses.rpc}",
        f"WebSocket PubSub URL: {addresses.ws}",
        f"Faucet Address: {addresses.faucet}",
        f"Explorer: {addresses.rpc}/",
    ]
    print("\n".join(lines), flush=True)


def log_to_ledger(ledger: Path) -> Path:
    """Sends the log to a new file in the ledger, which `validator.log` leads to."""
    ledger.mkdir(parents=True, exist_ok=True)
    name, link = f"validator-{int(time.time() * 1000)}.log", ledger / "validator.log"
    handler = logging.FileHandler(ledger / name)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    return link


def main() -> None:
    """Entry point of the console script."""
    settings = validator_settings()
    assert settings.ledger is not None
    try:
        if settings.log:
            logging.basicConfig(level=logging.INFO, stream=sys.stderr)
        else:
            file = log_to_ledger(settings.ledger)
            if not settings.quiet:
                print(f"Ledger location: {settings.ledger}\nLog: {file}", flush=True)
        run(settings, announce)
    except (*MISTAKES, OSError) as error:
        print(f"Error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
