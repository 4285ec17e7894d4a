"""Five programs as a Python person writes them, with classes, properties, operators, enums and generics all over: they build
as they are, and do what is computed here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.testing import Ledger
from seahorse.testing.program import DeployedProgram
from seahorse.testing.result import Failed

PROGRAMS = Path(__file__).parents[1] / "as_written"
DAY = 86_400


def deployed(name: str) -> tuple[Ledger, DeployedProgram]:
    ledger = Ledger()
    return ledger, ledger.deploy(PROGRAMS / f"{name}.py")


@pytest.mark.parametrize(
    ("kind", "vested"),
    [
        ("LINEAR", [0, 250, 500, 750, 999, 1000]),
        ("CLIFF", [0, 0, 0, 0, 0, 1000]),
        ("STEPPED", [0, 250, 500, 750, 750, 1000]),
    ],
)
def test_vesting(kind: str, vested: list[int]) -> None:
    ledger, program = deployed("vesting")
    admin, friend = ledger.signer(), ledger.signer()
    people = {"admin": admin.pubkey(), "beneficiary": friend.pubkey()}
    program.create(admin=admin, beneficiary=friend.pubkey(), total=1000, start=100, days=4, kind=kind)
    times = [100, 100 + DAY, 100 + 2 * DAY, 100 + 3 * DAY, 100 + 4 * DAY - 1, 100 + 4 * DAY]
    told = program.describe(**people, at=times).value
    word = "smooth" if kind == "LINEAR" else "in steps"
    table = ", ".join(f"{t}: {v}" for t, v in zip(times, vested, strict=True))
    assert told == f"{kind.lower()} ({kind.lower()}), {word}, 5 inside: {table}"
    with pytest.raises(Failed, match="vesting has not started"):
        program.claim(beneficiary=friend, admin=admin.pubkey(), now=99)
    claimed = 0
    for now, total in zip(times, vested, strict=True):
        if total == claimed:
            with pytest.raises(Failed, match="nothing to claim"):
                program.claim(beneficiary=friend, admin=admin.pubkey(), now=now)
            continue
        assert program.claim(beneficiary=friend, admin=admin.pubkey(), now=now).value == total - claimed
        claimed = total
    program.revoke(admin=admin, beneficiary=friend.pubkey(), now=times[1])
    assert program.describe(**people, at=times[5:]).value.endswith(f"{times[5]}: {vested[1]}")
    with pytest.raises(Failed, match="revoked"):
        program.revoke(admin=admin, beneficiary=friend.pubkey(), now=times[1])
    with pytest.raises(Failed, match="empty window"):
        program.create(admin=friend, beneficiary=admin.pubkey(), total=1, start=5, days=0, kind=kind)


def test_staking() -> None:
    ledger, program = deployed("staking")
    admin, anna, ben = ledger.signer(), ledger.signer(), ledger.signer()
    program.create(admin=admin)
    with pytest.raises(Failed, match="no stake"):
        program.reward(admin=admin, amount=5)
    assert program.stake(owner=anna, amount=100).value == 0
    assert program.stake(owner=ben, amount=300).value == 0
    program.reward(admin=admin, amount=40)
    assert program.stake(owner=anna, amount=100).value == 10
    program.reward(admin=admin, amount=50)
    assert program.table().value == "0.200000000000 200/SILVER 300/SILVER 40+1 False"
    with pytest.raises(Failed, match="more than was staked"):
        program.unstake(owner=anna, amount=201)
    assert program.unstake(owner=ben, amount=300).value == 60
    program.reward(admin=admin, amount=20)
    program.reward(admin=admin, amount=20)
    assert program.table().value == "0.400000000000 200/SILVER 90+2 False"
    assert program.unstake(owner=anna, amount=200).value == 60
    with pytest.raises(Failed, match="more than was staked"):
        program.unstake(owner=anna, amount=1)


@pytest.mark.parametrize(("strict", "ballots", "phase"), [
    (False, [("YES", 2), ("NO", 1)], "PASSED"), (False, [("YES", 1), ("NO", 0), ("ABSTAIN", 4)], "REJECTED"),
    (True, [("YES", 5)], "PASSED"), (True, [("YES", 4)], "REJECTED"), (False, [], "REJECTED"),
])  # fmt: skip
def test_dao(strict: bool, ballots: list[tuple[str, int]], phase: str) -> None:
    ledger, program = deployed("dao")
    author = ledger.signer()
    program.propose(author=author, title="Paint it", members=5)
    counts, total = {"YES": 0, "NO": 0, "ABSTAIN": 0}, 0
    for choice, weight in ballots:
        voter = ledger.signer()
        counts[choice] += weight or 1
        total += weight or 1
        assert program.vote(author=author.pubkey(), voter=voter, choice=choice, weight=weight).value == total
        with pytest.raises(Failed, match="voted already"):
            program.vote(author=author.pubkey(), voter=voter, choice=choice, weight=weight)
    program.close(author=author, strict=strict)
    parts = ", ".join(f"{name.lower()}={count}" for name, count in counts.items())
    tally = f"Tally(yes={counts['YES']}, no={counts['NO']}, abstain={counts['ABSTAIN']})"
    assert program.report(author=author.pubkey()).value == f"Paint it: {parts} {tally} {phase}"
    with pytest.raises(Failed, match="voting is over"):
        program.vote(author=author.pubkey(), voter=ledger.signer(), choice="YES", weight=1)


def out_of(have: int, other: int, amount: int) -> int:
    paid = amount * 9970 // 10_000
    return other * paid // (have + paid)


def test_amm() -> None:
    ledger, program = deployed("amm")
    admin, user = ledger.signer(), ledger.signer()
    program.create(admin=admin)
    with pytest.raises(Failed, match="the pool is empty"):
        program.swap(user=user, side="BASE", amount=5, least=0)
    assert program.deposit(user=user, base=10_000, quote=40_000).value == 20_000
    base, quote = 10_000, 40_000
    for side, amount in (("BASE", 500), ("QUOTE", 7_000), ("QUOTE", 1), ("BASE", 12_345)):
        expected = out_of(base, quote, amount) if side == "BASE" else out_of(quote, base, amount)
        with pytest.raises(Failed, match="less than the minimum"):
            program.swap(user=user, side=side, amount=amount, least=expected + 1)
        assert program.swap(user=user, side=side, amount=amount, least=expected).value == expected
        base, quote = (base + amount, quote - expected) if side == "BASE" else (base - expected, quote + amount)
    whole, rest = divmod(quote * 10_000, base)
    price = f"{whole // 10_000}.{whole % 10_000:04d}{'+' if rest else ''}"
    outs = [out_of(base, quote, a) for a in (10, 100)] + [out_of(quote, base, a) for a in (10, 100)]
    told = program.show(amounts=[10, 100]).value
    assert told == f"{price} {max(outs)} 3 {(quote, base) > (1, 2)} {quote / base:.2f}"
    assert program.deposit(user=user, base=base, quote=quote).value == 20_000


def test_raffle() -> None:
    ledger, program = deployed("raffle")
    admin, anna, ben = ledger.signer(), ledger.signer(), ledger.signer()
    program.create(admin=admin, seed=77)
    with pytest.raises(Failed, match="no tickets"):
        program.draw(admin=admin, winners=1)
    assert [program.buy(buyer=b, count=c).value for b, c in ((anna, 2), (ben, 5), (anna, 3))] == [2, 7, 10]
    state, numbers, drawn = 77, list[int](), list[int]()
    while len(numbers) < 4:
        state = (state * 1_103_515_245 + 12_345) % 2**31
        drawn.append(state % 10)
        if drawn[-1] not in numbers:
            numbers.append(drawn[-1])
    assert program.draw(admin=admin, winners=4).value == [*numbers, min(3, len(drawn)), drawn[-1], 1]
    (raffle,) = program.accounts("Raffle").values()
    owners = [anna.pubkey()] * 5 + [ben.pubkey()] * 5
    assert list(raffle.winners) == [owners[n] for n in numbers]
    with pytest.raises(Failed, match="closed"):
        program.buy(buyer=anna, count=1)
