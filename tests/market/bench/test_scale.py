"""docs/scale.md follows from measured costs, and the simulated blocks keep their limits."""

import pytest
from bench.scale import (
    ACCOUNT_LIMITS,
    BATCH,
    BLOCK_LIMIT,
    DOCUMENT,
    SIMULATED_BLOCKS,
    TransactionShape,
    a_second,
    document,
    pack,
    shapes,
)
from bench.scenario import traded


@pytest.fixture(scope="module")
def found() -> dict[str, TransactionShape]:
    return shapes(traded())


def test_the_document_is_what_the_command_writes(found: dict[str, TransactionShape]) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(found), "run `python -m bench.scale`"


def test_a_batch_has_the_work_of_its_readings_and_one_signature(found: dict[str, TransactionShape]) -> None:
    one, batch = found["single reading"], found["reading"]
    assert batch.units == BATCH * one.units
    assert batch.shared == one.shared == ("oracle_data",)
    assert batch.locks == one.locks + BATCH - 1
    assert batch.cost < BATCH * one.cost
    assert a_second(batch, ACCOUNT_LIMITS[0]) > a_second(one, ACCOUNT_LIMITS[0])


def test_what_trades_share_is_the_market_the_epoch_and_the_vaults(found: dict[str, TransactionShape]) -> None:
    assert found["match"].shared == ("market", "epoch", "energy_vault", "payment_vault")
    assert "market" in found["sell"].shared


@pytest.mark.parametrize("limit", ACCOUNT_LIMITS)
def test_blocks_keep_their_limits_and_more_zones_take_no_less(found: dict[str, TransactionShape], limit: int) -> None:
    used: list[float] = []
    for zones in (1, 3, 9):
        packed = pack(found, zones, limit)
        assert packed.fullest <= 1
        assert packed.used <= BLOCK_LIMIT * SIMULATED_BLOCKS
        used.append(round(packed.used / (BLOCK_LIMIT * SIMULATED_BLOCKS), 2))
    assert used == sorted(used)
