"""A plugin of pytest: `--seahorse-engine` says what executes the programs, `--seahorse-profile` which one is measured.

It is loaded by every run of pytest, so it imports nothing until an option is given.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ENGINES = ("vm", "python", "both")
_ONLY = "vm_only(reason): the test is about what only the virtual machine has, such as compute units"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("seahorse")
    group.addoption(
        "--seahorse-engine",
        choices=ENGINES,
        help="what executes programs: the virtual machine, CPython (debuggers, coverage), or both with a comparison",
    )
    group.addoption("--seahorse-profile", metavar="PROGRAM", help="count where the compute units of this program go")
    group.addoption("--seahorse-profile-file", metavar="FILE", help="where the counts go, for `seahorse profile`")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _ONLY)
    chosen: str | None = config.getoption("--seahorse-engine")
    if chosen is not None:
        from seahorse.testing.engines.choice import choose

        choose(chosen)
    profiled: str | None = config.getoption("--seahorse-profile")
    if profiled is not None:
        from seahorse.profiling.engine import begin

        begin(profiled)


def pytest_unconfigure(config: pytest.Config) -> None:
    file: str | None = config.getoption("--seahorse-profile-file")
    if file is None:
        return
    from seahorse.profiling.engine import running

    recording = running()
    if recording is not None:
        recording.write(Path(file))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--seahorse-engine") != "python":
        return
    import pytest

    for item in items:
        marker = item.get_closest_marker("vm_only")
        if marker is not None:
            item.add_marker(pytest.mark.skip(reason=f"only the virtual machine: {' '.join(map(str, marker.args))}"))
