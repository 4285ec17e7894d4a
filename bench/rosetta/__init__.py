"""The tasks of joncinque/solana-program-rosetta: compute units beside those of other languages."""

from pathlib import Path

from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.result import Result

LANGUAGES = ("Rust", "C", "Zig", "Pinocchio", "assembly")
# Figures of the repository's README, in compute units; None: not told.
PEERS: dict[str, tuple[int | None, ...]] = {
    "helloworld": (105, 105, 105, None, 104),
    "transfer_lamports": (459, 104, 38, 32, 30),
    "cpi_allocate": (3698, 3122, 2825, 2816, None),
    "pubkey_compare": (14, None, 15, None, None),
}
SOURCE = Path(__file__).parent / "program.py"
SEED = "You pass butter"


def measure() -> dict[str, int]:
    """Compute units of every task, which must have done what it says."""
    ledger = Ledger(engine="vm")
    program = ledger.deploy(SOURCE)
    return {task: _run(ledger, program, task).compute_units for task in PEERS}


def _run(ledger: Ledger, program: DeployedProgram, task: str) -> Result:
    match task:
        case "helloworld":
            result = program.helloworld()
            assert "Program log: Hello world!" in result.logs
            return result
        case "transfer_lamports":
            source, destination = ledger.key().pubkey(), ledger.signer().pubkey()
            program.set_account(source, "Purse", holder=destination)
            rent, before = ledger.lamports(source), ledger.lamports(destination)
            raw = ledger.account(source)
            assert raw is not None
            ledger.set_account(source, lamports=rent + 5, data=bytes(raw.data), owner=program.id)
            result = program.transfer_lamports(source=source, destination=destination, amount=5)
            assert ledger.lamports(destination) == before + 5
            return result
        case "cpi_allocate":
            address = program.address(SEED)
            ledger.set_account(address, lamports=ledger.rent(42))
            result = program.cpi_allocate(allocated=address, bump=program.bump(SEED))
            allocated = ledger.account(address)
            assert allocated is not None
            assert len(allocated.data) == 42
            return result
        case _:
            key = ledger.key().pubkey()
            ledger.set_account(key, owner=key)
            return program.pubkey_compare(account=key)
