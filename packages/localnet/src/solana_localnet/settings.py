"""The settings of a localnet at its start."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from solana_localnet.validator.flags import ValidatorFlags

BlockProduction = Literal["clock", "transaction"]
Finality = Literal["instant", "real"]

DEFAULT_PORT = 8899
DEFAULT_SLOT_MS = 400
DEFAULT_BLOCK_DELAY_MS = 25
DEFAULT_HISTORY = 100_000
DEFAULT_MAX_BODY = 32 << 20
DEFAULT_MAX_UNSENT = 8 << 20


@dataclass(slots=True)
class ValidatorSettings:
    """Options of the command line, with their defaults. port 0 lets the system choose; slot_ms: milliseconds.

    block_delay_ms: how long a block stays open after its first transaction; finality: how far `finalized` is behind.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    anchor_toml: Path | None = None
    upgrade_authority: str | None = None
    programs: list[tuple[str, Path, str | None]] = field(default_factory=list[tuple[str, Path, str | None]])
    accounts: list[tuple[str, Path]] = field(default_factory=list[tuple[str, Path]])
    clone_from: list[Path] = field(default_factory=list[Path])
    idls: list[Path] = field(default_factory=list[Path])
    ledger: Path | None = None
    reset: bool = False
    start_time: int | None = None
    slot_ms: int = DEFAULT_SLOT_MS
    block_production: BlockProduction = "clock"
    block_delay_ms: int = DEFAULT_BLOCK_DELAY_MS
    finality: Finality = "instant"
    history: int = DEFAULT_HISTORY
    max_body: int = DEFAULT_MAX_BODY
    max_unsent: int = DEFAULT_MAX_UNSENT
    log_bytes_limit: int | None = 10_000
    quiet: bool = False
    log: bool = False
    open_browser: bool = False
    validator: ValidatorFlags = field(default_factory=ValidatorFlags)
    exit_with_stdin: bool = False
