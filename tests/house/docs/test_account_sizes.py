"""docs/account-sizes.md is what the compiled layout gives."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_table_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("account_sizes", ROOT / "bench" / "account_sizes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "account-sizes.md").read_text(encoding="utf-8") == module.table()
