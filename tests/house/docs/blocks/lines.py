"""Checks of a shell line that is not executed: what it names exists, and its program knows the options."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .reading import ROOT, Block

CLIENT = ROOT / ".venv" / "bin" / "python"
# Lines of programs that are no part of the repository, with what executes them.
FOREIGN = {
    ". .venv/bin/activate": "Makefile",
    "git clone <this repository>": "tests/official/README.md",
    "cargo update --package blake3 --precise 1.8.2": "tests/official",
    "CARGO_TARGET_DIR=target/anchor anchor build": "tests/official",
    "npm install": "Makefile",
    "sudo -u postgres createuser gridtokenx": "tests/services/support/postgres.py",
    "sudo -u postgres createdb --owner gridtokenx gridtokenx": "tests/services/support/postgres.py",
    "npm test": "Makefile",
    "sudo useradd --system --home-dir /var/lib/gridtokenx gridtokenx": "deploy/systemd/gridtokenx@.service",
    "sudo install -d -m 750 -g gridtokenx /etc/gridtokenx /etc/gridtokenx/keys": "deploy/systemd/gridtokenx@.service",
    "sudo install -m 644 deploy/gridtokenx.toml /etc/gridtokenx/": "deploy/gridtokenx.toml",
    "sudo install -m 640 -g gridtokenx gateway.json matcher.json sponsor.json /etc/gridtokenx/keys/": "deploy/gridtokenx.toml",
    'echo "GTX_SECRET=$(openssl rand -hex 32)" | sudo install -m 600 /dev/stdin /etc/gridtokenx/secrets.env': "deploy/systemd/gridtokenx@.service",
    "sudo install -m 644 deploy/systemd/gridtokenx@.service /etc/systemd/system/": "deploy/systemd/gridtokenx@.service",
    "sudo systemctl enable --now gridtokenx@{api,indexer,crank,bridge,notices}": "deploy/systemd/gridtokenx@.service",
    "mkdir -p deploy/secrets/keys": "deploy/compose.yaml",
    'echo "GTX_SECRET=$(openssl rand -hex 32)" > deploy/secrets/services.env': "deploy/compose.yaml",
    "sudo install -o 10001 -m 400 gateway.json matcher.json sponsor.json deploy/secrets/keys/": "deploy/Dockerfile",
    "docker compose -f deploy/compose.yaml up": "deploy/compose.yaml",
    "code --install-extension editors/vscode/seahorse-lang.vsix": "editors/vscode/package.json",
    "export GTX_DATABASE=postgresql+asyncpg://gridtokenx@127.0.0.1/gridtokenx": "tests/services/operated/test_up.py",
}
# Asks the command lines of the client's environment, which is another one than that of these tests.
PARSE = """
import json, sys, typer, click
from gridtokenx.cli import app
wrong = []
for words in json.load(sys.stdin):
    command, context = typer.main.get_command(app), None
    try:
        while True:
            context = command.make_context(words[0], list(words[1:]), parent=context, resilient_parsing=False)
            if not hasattr(command, "resolve_command"):
                break
            rest = [*context._protected_args, *context.args]
            name, command, words = command.resolve_command(context, rest)
            words = [name, *words]
    except Exception as error:
        wrong.append([words, str(getattr(error, "message", error))])
print(json.dumps(wrong))
"""


def commands(block: Block) -> Iterator[str]:
    """The commands of a block of shell lines, without comments; `&&` and ends of lines divide them."""
    for line in block.text.replace("\\\n", " ").splitlines():
        told = re.sub(r"(^|\s)#.*$", "", line).strip()
        yield from (part.strip() for part in told.split("&&") if part.strip())


def wrong_line(line: str) -> str:
    """What is wrong with a line; empty when nothing is. Lines of `gridtokenx` are asked about together."""
    if line in FOREIGN:
        return "" if (ROOT / FOREIGN[line]).exists() else f"{FOREIGN[line]} does not exist"
    # Variables that a command is given.
    line = re.sub(r"^([A-Z_]+=\S+ )+", "", line)
    program, *rest = shlex.split(re.sub(r"[\[\]]", "", line))
    match Path(program).name:
        case "make":
            return wrong_make(rest)
        case "python" | "python3":
            return wrong_python(rest)
        case "pytest":
            return wrong_python(["-m", "pytest", *rest])
        case "pip":
            return "" if set(rest) <= {"install", "-e", ".", *distributions()} else f"pip {rest}: of which package?"
        case "cd":
            return ""
        case "localnet":
            return wrong_localnet(rest)
        case "seahorse":
            return wrong_seahorse(rest)
        case "gridtokenx":
            return ""
    return "is neither a command of the repository nor in the list FOREIGN"


@cache
def makefile() -> str:
    return "".join((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "rust.mk"))


@cache
def distributions() -> frozenset[str]:
    files = [ROOT / "pyproject.toml", *ROOT.glob("packages/*/pyproject.toml")]
    return frozenset(n for f in files for n in re.findall(r'^name = "(.+)"$', f.read_text(), re.MULTILINE))


def wrong_make(words: list[str]) -> str:
    for word in words:
        name, given, _ = word.partition("=")
        if not re.search(rf"\$\({name}\)" if given else rf"^{name}:", makefile(), re.MULTILINE):
            return f"the Makefile knows no {name}"
    return ""


def wrong_python(words: list[str]) -> str:
    """Of a module or a script: it exists, and knows the options; of pytest: the tests exist."""
    if words[:2] == ["-m", "pytest"]:
        missing = [w for w in words[2:] if "/" in w and not w.startswith("-") and not (ROOT / w).exists()]
        return f"no tests {missing}" if missing else ""
    if words[0] == "-m" and words[1] in sys.stdlib_module_names:
        return ""
    name = words[1].replace(".", "/") if words[0] == "-m" else words[0].removesuffix(".py")
    found = [
        ROOT / place for place in (f"{name}.py", f"{name}/__main__.py", f"src/{name}.py", f"src/{name}/__main__.py")
    ]
    file = next((f for f in found if f.is_file()), None)
    if file is None:
        return f"no module {name}"
    unknown = [w for w in words if w.startswith("--") and w.split("=")[0] not in file.read_text(encoding="utf-8")]
    return f"{file.name} has no {unknown}" if unknown else ""


def wrong_localnet(words: list[str]) -> str:
    line = [sys.executable, "-c", "import sys;from solana_localnet.cli import parser;parser().parse_args(sys.argv[1:])"]
    return subprocess.run([*line, *words], capture_output=True, text=True).stderr


def wrong_seahorse(words: list[str]) -> str:
    import click
    import typer

    from seahorse.cli import app

    command: click.Command = typer.main.get_command(app)
    try:
        context = command.make_context("seahorse", list(words))
        while isinstance(command, click.Group):
            name, found, words = command.resolve_command(context, [*context._protected_args, *context.args])
            assert found is not None
            command, context = found, found.make_context(name, words, parent=context)
    except click.ClickException as error:
        return error.format_message()
    return ""


def wrong_gridtokenx(lines: list[str]) -> list[str]:
    """What the command line of `gridtokenx` refuses of these lines."""
    asked = json.dumps([shlex.split(re.sub(r"[\[\]]", "", line)) for line in lines])
    done = subprocess.run([CLIENT, "-c", PARSE], input=asked, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return [f"{' '.join(words)}: {told}" for words, told in json.loads(done.stdout)]
