"""The five families of Anchor's `anchor-next` benchmark, as a user would write them: ours beside what is published.

Keys, program ids and amounts are the benchmark's (`bench/src/programs` of otter-sec/anchor), so that the same bumps are
missed. Published figures are of August 2026, in compute units and bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.driver.compile import Compiler
from seahorse.profiling.engine import running
from seahorse.profiling.machine.calls import CallCount
from seahorse.testing import DeployedProgram, Ledger

FOLDER = Path(__file__).parent
FRAMEWORKS = ("Anchor 1", "Anchor 2", "Quasar", "Pinocchio", "Steel")
SOL = 10**9


@dataclass(frozen=True)
class Published:
    """What others take, by framework, and what we want to take; None: not told. `why`: what stands in the way."""

    theirs: tuple[int | None, int | None, int | None, int | None, int | None]
    goal: int
    why: str = ""


PUBLISHED = {
    "hello.init": Published((5_855, 1_438, 1_412, 1_733, 4_867), 1_370),
    "vault.deposit": Published(
        (5_707, 1_916, 1_889, None, 2_452), 1_880, "each missed bump: a hash, a look at the curve"
    ),
    "vault.deposit_unchecked": Published((None, None, None, 1_229, None), 1_225),
    "vault.withdraw": Published(
        (2_478, 406, 396, None, 530),
        390,
        "the same; owner, discriminator and length of the vault, an account of a type here (17)",
    ),
    "vault.withdraw_stored": Published((None, None, None, None, None), 250, "a hash; owner, discriminator and length"),
    "vault.withdraw_unchecked": Published(
        (None, None, None, 57, None), 57, "owner, discriminator and length (17), flags, the balances' limits"
    ),
    "nested.initialize": Published((19_842, 2_846, None, None, None), 2_700),
    "nested.increment": Published((4_751, 860, None, None, None), 130),
    "nested.reset": Published((4_752, 858, None, None, None), 125),
    "prop_amm.initialize": Published((4_314, 1_420, None, None, None), 1_370),
    "prop_amm.update": Published(
        (1_310, 26, None, None, None),
        60,
        "the walk over the accounts, owner, discriminator, length; theirs has fixed offsets",
    ),
    "prop_amm.rotate_authority": Published((1_340, 95, None, None, None), 95),
    "multisig.create": Published(
        (12_031, 3_100, None, None, None),
        2_640,
        "the bump search: with these keys four hashes and three checks of the curve",
    ),
    "multisig.deposit": Published((4_872, 1_649, None, None, None), 1_620),
    "multisig.set_label": Published((4_324, 661, None, None, None), 500, "a hash; bytes behind the label are kept"),
    "multisig.execute_transfer": Published(
        (7_446, 2_401, None, None, None), 2_150, "two hashes; the list of signers, read to the heap"
    ),
}
SIZES = {
    "hello": Published((124_800, 9_760, 6_960, 12_072, 77_600), 5_568),
    "vault": Published(
        (107_544, 6_168, 6_080, 5_072, 65_160), 4_057, "five instructions here, two there; texts of errors"
    ),
    "nested": Published((157_336, 16_096, None, None, None), 12_876),
    "prop_amm": Published((140_456, 12_056, None, None, None), 9_644),
    "multisig": Published((170_104, 36_696, None, None, None), 29_356),
}


def key_of(label: str) -> Keypair:
    """The key that the benchmark derives from a label."""
    seed = [0] * 32
    for i, byte in enumerate(label.encode()):
        seed[i % 32] = (seed[i % 32] * 31 + byte + i) % 256
    return Keypair.from_seed(bytes(seed))


class _Bench:
    """A program on a ledger of its own."""

    def __init__(self, family: str) -> None:
        self.ledger = Ledger(engine="vm")
        self.program: DeployedProgram = self.ledger.deploy(FOLDER / f"{family}.py")

    def signer(self, label: str) -> Keypair:
        key = key_of(label)
        self.ledger.set_account(key.pubkey(), lamports=SOL)
        return key

    def units(self, instruction: str, /, **given: object) -> int:
        recording = running()
        if recording is not None:
            # A profile has the last call alone.
            recording.root = CallCount("all")
        return self.program.call(instruction, **given).compute_units


FamilyCases = Iterator[tuple[str, int]]


def _hello() -> FamilyCases:
    b = _Bench("hello")
    taken = b.units("init", payer=b.signer("bench-payer"))
    assert b.program.account(b.program.address("counter")).value == 42
    yield "init", taken


def _vault() -> FamilyCases:
    for name, kind in (("deposit", None), ("withdraw", "Vault"), ("withdraw_stored", "BumpVault")):
        for case in (name, f"{name}_unchecked") if name != "withdraw_stored" else (name,):
            b = _Bench("vault")
            user = b.signer(f"vault-{name.split('_')[0]}-user")
            address, bump = b.program.address("vault", user), b.program.bump("vault", user)
            if kind is not None:
                _fill(b, address, kind, user.pubkey(), bump)
            before = b.ledger.lamports(user)
            yield case, b.units(case, user=user, vault=address, amount=1_000_000)
            assert abs(before - b.ledger.lamports(user)) == 1_000_000


def _fill(b: _Bench, address: Pubkey, kind: str, user: Pubkey, bump: int) -> None:
    fields = {"user": user} | ({"bump": bump} if kind == "BumpVault" else {})
    b.program.set_account(address, kind, **fields)
    stored = b.ledger.account(address)
    assert stored is not None
    b.ledger.set_account(address, lamports=SOL, data=bytes(stored.data), owner=b.program.id)


def _nested() -> FamilyCases:
    for name in ("initialize", "increment", "reset"):
        b = _Bench("nested")
        admin = b.signer(f"nested-{name}-admin")
        first = b.units("initialize", admin=admin)
        yield name, first if name == "initialize" else b.units(name, admin=admin)
        assert b.program.account(b.program.address("counter")).value == (name == "increment")


def _prop_amm() -> FamilyCases:
    b = _Bench("prop_amm")
    payer, oracle = b.signer("bench-payer"), key_of("prop-amm-oracle")
    yield "initialize", b.units("initialize", payer=payer, oracle=oracle)
    updater = Keypair.from_seed(bytes([7] * 32))
    yield "update", b.units("update", oracle=oracle.pubkey(), authority=updater, new_price=42)
    assert b.program.account(oracle.pubkey()).price == 42
    new = key_of("prop-amm-new-authority").pubkey()
    yield "rotate_authority", b.units("rotate_authority", oracle=oracle.pubkey(), authority=payer, new_authority=new)
    assert b.program.account(oracle.pubkey()).authority == new


def _multisig() -> FamilyCases:
    for name, label in (
        ("create", "create"),
        ("deposit", "deposit"),
        ("set_label", "set-label"),
        ("execute_transfer", "execute-transfer"),
    ):
        b = _Bench("multisig")
        creator, *others = (b.signer(f"multisig-{label}-{r}") for r in ("creator", "signer-one", "signer-two"))
        config = b.program.address("multisig", creator)
        vault = b.program.address("vault", config)
        taken = b.units("create", creator=creator, config=config, threshold=2, remaining_accounts=others)
        if name == "deposit" or name == "execute_transfer":
            taken = b.units("deposit", depositor=creator, config=config, vault=vault, amount=2_000_000)
            assert b.ledger.lamports(vault) == 2_000_000
        if name == "set_label":
            taken = b.units("set_label", creator=creator, config=config, label="bench-multisig")
            assert b.program.account(config).label == "bench-multisig"
        if name == "execute_transfer":
            recipient = b.signer("multisig-execute-transfer-recipient").pubkey()
            given = {"creator": creator.pubkey(), "config": config, "vault": vault, "recipient": recipient}
            taken = b.units("execute_transfer", **given, amount=500_000, remaining_accounts=others)
            assert b.ledger.lamports(vault) == 1_500_000
        yield name, taken


FAMILIES = {"hello": _hello, "vault": _vault, "nested": _nested, "prop_amm": _prop_amm, "multisig": _multisig}


def measure() -> dict[str, int]:
    """Compute units by `family.instruction`; every instruction must have done what it says."""
    return {f"{family}.{name}": cu for family, run in FAMILIES.items() for name, cu in run()}


def sizes() -> dict[str, int]:
    """Bytes of each family's program; without Anchor's IDL instructions, which Anchor 2 has not either."""
    paths = {family: FOLDER / f"{family}.py" for family in FAMILIES}
    return {name: len(Compiler(idl_account=False).build([path])[0].bytecode) for name, path in paths.items()}
