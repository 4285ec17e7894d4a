"""The generated clients in src/gridtokenx/clients are what `seahorse client` writes of the five programs now."""

from __future__ import annotations

from pathlib import Path

from seahorse.client.command import ClientSources, programs_of, write_client
from seahorse.client.package import client_of
from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project

ROOT = Path(__file__).resolve().parents[3]


def test_they_are_fresh() -> None:
    sources = [str(path) for path in find_project(ROOT).programs()]
    run = write_client(
        client_of(programs_of(ClientSources(sources), Compiler())), ROOT / "src/gridtokenx/clients", check=True
    )
    assert (run.written, run.removed, run.left_out) == ([], [], [])
