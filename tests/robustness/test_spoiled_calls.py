"""Whatever is passed to the programs, they answer with an error code: never a crash, and never a change by a refused call."""

import random
from collections import Counter
from typing import Any

import pytest
from bench.scenario import ROOT, FoundedMarket, certify, configure, govern, initialize, read_and_mint, register, trade
from solders.keypair import Keypair
from tests.robustness.mutations import Spoiled, spoiled

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project
from seahorse.testing import Failed
from seahorse.testing.resolve import CallError

VARIATIONS = 60

# What the runtime calls a program that ran wild: a bad memory access, an endless loop, an instruction of no meaning.
CRASHES = ("ProgramFailedToComplete", "ComputationalBudgetExceeded", "ProgramEnvironmentSetupFailure")


class SpoilingMarket(FoundedMarket):
    """Before every good call of the scenario, tries spoiled variations of it and puts the accounts back."""

    def __init__(self, seed: int) -> None:
        super().__init__(Compiler().build(find_project(ROOT).programs()))
        self.rng = random.Random(seed)
        self.outcomes: Counter[str] = Counter()

    def run(self, program: str, instruction: str, /, *, case: str = "", **given: Any) -> Any:
        call = self.programs[program].prepare(instruction, **given)
        for spoil in spoiled(self.ledger, call.instruction, self.rng, VARIATIONS):
            self.attempt(f"{program}.{instruction}", spoil, call.signers)
        return super().run(program, instruction, case=case, **given)

    def attempt(self, name: str, case: Spoiled, signers: list[Keypair]) -> None:
        keys = {m.pubkey for m in case.instruction.accounts} | set(case.accounts)
        kept = {key: self.ledger.account(key) for key in keys}
        for key, account in case.accounts.items():
            self.put(key, account)
        refusal = self.refusal(case, signers)
        if isinstance(refusal, Failed):
            assert refusal.failure.name not in CRASHES, f"{name} ({case.what}): {refusal}"
            assert refusal.result.changed == [], f"{name} ({case.what}) was refused, but changed an account"
            self.outcomes[refusal.failure.name] += 1
        else:
            self.outcomes[refusal] += 1
        for key, account in kept.items():
            self.put(key, account)

    def refusal(self, case: Spoiled, signers: list[Keypair]) -> Failed | str:
        """How the call failed; or that it was accepted, or not even sent for want of a signature."""
        present = {m.pubkey for m in case.instruction.accounts if m.is_signer}
        try:
            self.ledger.send(case.instruction, signers=[s for s in signers if s.pubkey() in present])
        except Failed as failed:
            return failed
        except CallError:
            return "not sent"
        return "accepted"

    def put(self, key: Any, account: Any) -> None:
        if account is None:
            self.ledger.set_account(key, lamports=0)
        else:
            self.ledger.set_account(
                key,
                lamports=account.lamports,
                data=bytes(account.data),
                owner=account.owner,
                executable=account.executable,
            )


@pytest.mark.parametrize("seed", range(2))
def test_no_call_crashes_a_program(seed: int) -> None:
    market = SpoilingMarket(seed)
    for phase in (initialize, register, read_and_mint, certify, trade, configure, govern):
        phase(market)
    refused = sum(n for name, n in market.outcomes.items() if name not in ("accepted", "not sent"))
    assert refused > 1_000, market.outcomes
    assert len(market.outcomes) > 20, market.outcomes
