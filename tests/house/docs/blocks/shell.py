"""Executes the shell lines of a document in a folder of its own, and compares what they print.

A validator for this machine runs on a free port while a document has use for one: `localnet` starts it, and
`seahorse deploy` finds it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
# What pdb asks with.
PROMPT = "(Pdb) "


@dataclass
class Shell:
    """A shell that stands in a folder."""

    folder: Path
    open: ExitStack
    home: Path
    url: str = ""

    def run(self, line: str, typed: str = "") -> tuple[int, str]:
        """Executes a line; the exit status, and what it prints on both outputs."""
        words = [w.removeprefix(".venv/bin/").removeprefix(".venv-localnet/bin/") for w in shlex.split(line)]
        words = [re.sub(r"^~(?=/)", str(self.home), word) for word in words]
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return 0, ""
        if words[0] == "localnet":
            return 0, self.serve(words[1:])
        if words[:2] == ["seahorse", "deploy"] and "--cluster" not in words:
            assert self.url, "`localnet` must run first"
            words += ["--cluster", self.url]
        command = [sys.executable, *words[1:]] if words[0] == "python" else [str(BIN / words[0]), *words[1:]]
        # Plugins that happen to be installed say things of their own.
        quiet = {"PYTEST_ADDOPTS": "-p no:asyncio -p no:cacheprovider"}
        plain = quiet | {
            "COLUMNS": "120",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "HOME": str(self.home),
            "PATH": f"{BIN}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | plain,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    def succeed(self, line: str, of: object) -> None:
        """Executes a line of a block, whose exit status must be 0."""
        status, printed = self.run(line)
        assert status == 0, f"{of}: {line}\n{printed}"

    def serve(self, options: list[str]) -> str:
        """Starts `localnet` on a free port, which ends with the shell; what it prints until it serves."""
        child = subprocess.Popen(
            [BIN / "localnet", "--port", "0", *options],
            cwd=self.folder,
            env=os.environ | {"HOME": str(self.home)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.open.callback(child.wait)
        self.open.callback(child.terminate)
        assert child.stdout is not None
        self.open.callback(child.stdout.close)
        printed: list[str] = []
        # The faucet's line is the last one.
        while not (printed and printed[-1].startswith("faucet:")):
            printed.append(child.stdout.readline())
            assert printed[-1], "".join(printed)
        self.url = printed[0].split()[1]
        return "".join(printed)

    def session(self, text: str) -> None:
        """Executes the lines of a session that begin with `$`; what each prints must be as shown."""
        for line, shown in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
            typed = re.findall(rf"^{re.escape(PROMPT)}(.*)$", shown, re.MULTILINE)
            _, printed = self.run(line, "".join(f"{t}\n" for t in typed))
            # A terminal shows what is typed behind the prompt, with the end of its line.
            for t in typed:
                printed = printed.replace(PROMPT, f"\0{t}\n", 1)
            compare(line, shown, printed.split(PROMPT)[0].replace("\0", PROMPT) if typed else printed)


@contextmanager
def shell(folder: Path) -> Iterator[Shell]:
    """A shell in a folder; what it started ends with the block."""
    with ExitStack() as open:
        yield Shell(folder, open, folder)


def compare(line: str, shown: str, printed: str) -> None:
    """What a document shows of a command's output: a line `...` stands for any lines, `…` for any text in a line."""
    parts = [
        r"(?:.*\n)*?" if text.strip() == "..." else re.escape(text.rstrip()).replace("…", ".*?") + r" *\n"
        for text in shown.splitlines()
    ]
    plain = printed if printed.endswith("\n") or not printed else f"{printed}\n"
    assert re.fullmatch("".join(parts), plain), f"`{line}` is shown as\n{shown}\nand prints\n{printed}"
