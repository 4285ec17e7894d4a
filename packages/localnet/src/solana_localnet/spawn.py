"""Starts a localnet as a child process from any Python 3.11+ environment; imports the standard library only.

    with spawn(anchor_toml=Path("Anchor.toml")) as net:
        client = AsyncClient(net.rpc_url)

The child runs in localnet's own environment. It ends with the `with` block, and also when this process dies, however
it dies: the child watches a pipe whose other end only this process holds.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

ENV_PYTHON = "LOCALNET_PYTHON"
"""Environment variable that names the interpreter to run localnet with."""
POLL_SECONDS = 0.01


class LocalnetError(RuntimeError):
    """The localnet did not start, or has ended. The text holds what it said."""


def find_python(start: Path | None = None) -> str:
    """The interpreter that has localnet: $LOCALNET_PYTHON, else `.venv-localnet` in this directory or one above it
    (or above this file), else this interpreter."""
    named = os.environ.get(ENV_PYTHON)
    if named:
        return named
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        candidate = folder / ".venv-localnet" / "bin" / "python"
        if candidate.exists():
            return str(candidate)
    return sys.executable


class Localnet:
    """A running localnet. rpc_url and ws_url are its addresses, pid its process."""

    def __init__(self, process: "subprocess.Popen[str]", log: IO[str], rpc_url: str, ws_url: str) -> None:
        self._process = process
        self._log = log
        self.rpc_url = rpc_url
        self.ws_url = ws_url
        self.pid = process.pid

    def __enter__(self) -> "Localnet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self, timeout: float = 5.0) -> None:
        """Stops the process and waits for its end; kills it after `timeout` seconds. A second call does nothing."""
        process = self._process
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._log.close()

    def kill(self) -> None:
        """Ends the process at once, as a crash would (SIGKILL)."""
        self._process.kill()
        self._process.wait()
        self.close()

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def output(self) -> str:
        """The text that the process has written to its standard error so far."""
        self._log.flush()
        return Path(self._log.name).read_text(errors="replace") if os.path.exists(self._log.name) else ""

    def call(self, method: str, *params: object, timeout: float = 30.0) -> object:
        """The result of one RPC method. Raises LocalnetError with the server's text on a JSON-RPC error."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
        request = urllib.request.Request(self.rpc_url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=timeout) as response:
            answer = json.load(response)
        if "error" in answer:
            raise LocalnetError(f"{method}: {answer['error'].get('message')} ({answer['error'].get('code')})")
        return answer["result"]


def command(
    *,
    python: str | os.PathLike[str] | None = None,
    port: int = 0,
    anchor_toml: str | os.PathLike[str] | None = None,
    programs: Mapping[str, str | os.PathLike[str]] | None = None,
    upgradeable_programs: Iterable[tuple[str, str | os.PathLike[str], str]] = (),
    accounts: Iterable[tuple[str, str | os.PathLike[str]]] = (),
    ledger: str | os.PathLike[str] | None = None,
    slot_ms: int | None = None,
    block_delay_ms: int | None = 0,
    start_time: int | None = None,
    args: Sequence[str] = (),
) -> list[str]:
    """The command line that `spawn` runs. programs: id -> file; upgradeable_programs: (id, file, authority)."""
    line = [os.fspath(python or find_python()), "-m", "solana_localnet", "--port", str(port), "--exit-with-stdin"]
    if anchor_toml is not None:
        line += ["--anchor-toml", os.fspath(anchor_toml)]
    for address, file in (programs or {}).items():
        line += ["--bpf-program", address, os.fspath(file)]
    for address, file, authority in upgradeable_programs:
        line += ["--upgradeable-program", address, os.fspath(file), authority]
    for address, file in accounts:
        line += ["--account", address, os.fspath(file)]
    if ledger is not None:
        line += ["--ledger", os.fspath(ledger)]
    if slot_ms is not None:
        line += ["--slot-time", str(slot_ms)]
    if block_delay_ms is not None:
        line += ["--block-delay", str(block_delay_ms)]
    if start_time is not None:
        line += ["--start-time", str(start_time)]
    return [*line, *args]


def spawn(
    *,
    python: str | os.PathLike[str] | None = None,
    port: int = 0,
    anchor_toml: str | os.PathLike[str] | None = None,
    programs: Mapping[str, str | os.PathLike[str]] | None = None,
    upgradeable_programs: Iterable[tuple[str, str | os.PathLike[str], str]] = (),
    accounts: Iterable[tuple[str, str | os.PathLike[str]]] = (),
    ledger: str | os.PathLike[str] | None = None,
    slot_ms: int | None = None,
    block_delay_ms: int | None = 0,
    start_time: int | None = None,
    args: Sequence[str] = (),
    timeout: float = 20.0,
) -> Localnet:
    """Starts a localnet and returns when it answers. port 0 lets the system choose; args go to the command as they are.

    block_delay_ms: 0, so that a test need not wait for its transactions; None leaves the command's own default.

    Raises LocalnetError with the child's own words when it does not start within `timeout` seconds.
    """
    line = command(
        python=python,
        port=port,
        anchor_toml=anchor_toml,
        programs=programs,
        upgradeable_programs=upgradeable_programs,
        accounts=accounts,
        ledger=ledger,
        slot_ms=slot_ms,
        block_delay_ms=block_delay_ms,
        start_time=start_time,
        args=args,
    )
    log = tempfile.NamedTemporaryFile("w+", prefix="localnet-", suffix=".log")  # noqa: SIM115
    environment = dict(os.environ)
    # The source tree next to this file, so that an environment without an installed localnet will do.
    roots = [str(Path(__file__).resolve().parents[1]), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, roots))
    process = subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
    )
    deadline = time.monotonic() + timeout
    try:
        found = _addresses(process, deadline)
        net = Localnet(process, log, found["rpc"], found["ws"])
        _wait_for_health(net, deadline)
    except BaseException as error:
        process.kill()
        process.wait()
        said = Path(log.name).read_text(errors="replace").strip()
        for pipe in (process.stdin, process.stdout, log):
            if pipe is not None:
                pipe.close()
        if isinstance(error, LocalnetError):
            raise LocalnetError(f"{error}: {said or 'it said nothing'}") from None
        raise
    return net


def _addresses(process: "subprocess.Popen[str]", deadline: float) -> dict[str, str]:
    """The addresses that the child prints. Reads the pipe itself: select() knows nothing of Python's buffers."""
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    text = ""
    while time.monotonic() < deadline:
        if not select.select([pipe], [], [], POLL_SECONDS)[0]:
            continue
        part = os.read(pipe, 4096).decode(errors="replace")
        if not part:
            raise LocalnetError(f"the localnet ended with status {process.wait()}")
        text += part
        pairs = (line.partition(": ") for line in text.splitlines(keepends=True) if line.endswith("\n"))
        found = {name: value.strip() for name, _, value in pairs if name in ("rpc", "ws")}
        if len(found) == 2:
            return found
    raise LocalnetError("the localnet did not start in time")


def _wait_for_health(net: Localnet, deadline: float) -> None:
    while time.monotonic() < deadline:
        try:
            if net.call("getHealth", timeout=1.0) == "ok":
                return
        except (urllib.error.URLError, OSError):
            time.sleep(POLL_SECONDS)
    raise LocalnetError("the localnet does not answer")
