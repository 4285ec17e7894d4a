"""What a check is: a function that runs official commands against a cluster and raises Failed when one disappoints."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solders.keypair import Keypair
from tests.official import tools

SECONDS = 180


class Failed(Exception):
    """A command did not do what its users expect."""


class NotHere(Exception):
    """This check cannot be made on this cluster; the text says why."""


@dataclass
class Cluster:
    """A running cluster. name: `localnet`, `agave` or a URL."""

    name: str
    rpc_url: str
    ws_url: str


@dataclass
class Desk:
    """A user's desk: a folder with keypairs and the official commands, set up for one cluster."""

    cluster: Cluster
    folder: Path
    keys: dict[str, Keypair] = field(default_factory=dict[str, Keypair])

    def key(self, name: str) -> str:
        """The path of a keypair file, made on first use."""
        path = self.folder / f"{name}.json"
        if name not in self.keys:
            self.keys[name] = Keypair()
            path.write_text(json.dumps(list(bytes(self.keys[name]))))
        return str(path)

    def address(self, name: str) -> str:
        """The address of a keypair."""
        self.key(name)
        return str(self.keys[name].pubkey())

    def environment(self) -> dict[str, str]:
        """The environment in which the official commands come first and the user's home is the desk."""
        path = f"{tools.HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return os.environ | {"PATH": path, "HOME": str(self.folder), "NO_COLOR": "1"}

    def run(
        self, *line: str, fails: bool = False, seconds: float = SECONDS, within: Path | None = None, typed: str = ""
    ) -> str:
        """Output and errors of a command. Raises Failed when its status is not the expected one.

        `within`: the folder it runs in, else the desk's. `typed`: what it reads.
        """
        try:
            done = subprocess.run(
                line,
                cwd=within or self.folder,
                env=self.environment(),
                timeout=seconds,
                capture_output=True,
                text=True,
                input=typed,
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"{' '.join(line)}: no end within {seconds:.0f} s") from None
        text = done.stdout + done.stderr
        if (done.returncode != 0) != fails:
            raise Failed(f"{' '.join(line)}: status {done.returncode}: {text.strip()[-1500:]}")
        return text

    def solana(self, *line: str, fails: bool = False) -> str:
        """Output of a `solana` command, by the desk's wallet at commitment `confirmed`."""
        where = ("--url", self.cluster.rpc_url, "--ws", self.cluster.ws_url)
        head = (str(tools.SOLANA.path), *where, "--keypair", self.key("wallet"), "--commitment", "confirmed")
        return self.run(*head, *line, fails=fails)

    def solana_json(self, *line: str) -> Any:
        """The JSON that a `solana` command prints."""
        return json.loads(self.solana(*line, "--output", "json"))


Check = Callable[[Desk], None]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Registers a check."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


def expect(sound: bool, text: str) -> None:
    """Raises Failed with `text` when something is not so."""
    if not sound:
        raise Failed(text)
