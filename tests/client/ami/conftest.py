"""The generator as a module, the committed files, and the readings made afresh (once per run)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gridtokenx.market.ami import Meter, Reading, load_meters


@pytest.fixture(scope="session")
def ami_folder() -> Path:
    return Path(__file__).resolve().parents[3] / "data" / "ami"


@pytest.fixture(scope="session")
def generator(ami_folder: Path) -> ModuleType:
    name = "ami_generate"
    spec = importlib.util.spec_from_file_location(name, ami_folder / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up while it is being made.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def meters(ami_folder: Path) -> list[Meter]:
    return load_meters(ami_folder / "meters.csv")


@pytest.fixture(scope="session")
def made(generator: ModuleType, meters: list[Meter]) -> list[Reading]:
    return generator.make_readings(meters)
