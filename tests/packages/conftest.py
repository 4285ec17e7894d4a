"""The distributions, built once."""

from pathlib import Path

import pytest
from packages.dist import DISTRIBUTIONS, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Sdist and wheel of each distribution, in one folder."""
    folder = tmp_path_factory.mktemp("dist")
    return {name: build(name, folder) for name in DISTRIBUTIONS}


@pytest.fixture(scope="session")
def wheels(built: dict[str, list[Path]]) -> Path:
    """The folder with the wheels."""
    return next(iter(built.values()))[0].parent
