"""A PostgreSQL server of its own for the tests, on a port of the system's choice, as an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path


def postgres_programs() -> Path | None:
    """The folder of initdb and postgres, or None."""
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path).parent if on_path else None


@dataclass
class Server:
    """A running server."""

    port: int
    folder: Path
    user: int | None
    process: subprocess.Popen[bytes] | None = None
    numbers: count[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"test{next(self.numbers)}"
        programs = postgres_programs()
        assert programs is not None
        line = [programs / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "gridtokenx", name]
        subprocess.run(line, check=True, timeout=60)
        return f"postgresql+asyncpg://gridtokenx@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        programs = postgres_programs()
        assert programs is not None
        options = [
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={self.folder}",
            "-c",
            "fsync=off",
        ]
        line = [programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), *options]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(line, stdout=log, stderr=log, user=self.user)
        _wait(self.port, self.process, self.folder)

    def end(self) -> None:
        """Ends at once, without a word to who is connected."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)
            self.process = None


@contextmanager
def started() -> Iterator[Server]:
    """A server with a folder of its own: pytest's is closed to others whenever some pytest begins."""
    with (
        tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder,
        _started(Path(folder)) as server,
    ):
        yield server


@contextmanager
def _started(folder: Path) -> Iterator[Server]:
    programs = postgres_programs()
    assert programs is not None
    user = _nobody(folder)
    data = folder / "data"
    line = [programs / "initdb", "-D", data, "-U", "gridtokenx", "--auth=trust", "-E", "UTF8", "--no-sync"]
    made = subprocess.run(line, check=False, capture_output=True, text=True, user=user, timeout=120)
    if made.returncode:
        raise RuntimeError(made.stderr)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(port, folder, user)
    server.start()
    try:
        yield server
    finally:
        server.end()


def _nobody(folder: Path) -> int | None:
    """PostgreSQL does not run as root: then the data belong to somebody else."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, user, -1)
    return user


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until it takes requests: its port is open while it is still starting up."""
    programs = postgres_programs()
    assert programs is not None
    line = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(300):
        if subprocess.run(line, check=False, timeout=60).returncode == 0:
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError((folder / "log").read_text())
