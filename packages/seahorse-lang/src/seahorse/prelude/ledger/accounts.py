"""Account types: what an instruction's account parameters can be."""

from typing import Any, TypeVar

from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import f64, i64, u8, u64
from seahorse.prelude.values.pubkey import Pubkey

__all__ = [
    "Account",
    "AccountWithKey",
    "Clock",
    "EpochSchedule",
    "ProgramData",
    "Rent",
    "Signer",
    "SystemAccount",
    "UncheckedAccount",
]
A = TypeVar("A", bound="Account")


class AccountWithKey:
    """Any Solana account."""

    def key(self) -> Pubkey:
        """The account's address."""
        only_on_chain("key")

    def lamports(self) -> u64:
        """The account's balance in lamports."""
        only_on_chain("lamports")


class AccountData(bytes):
    """The bytes of an account: `bytes` whose parts can be assigned."""

    def __setitem__(self, place: int | slice, value: int | bytes) -> None:
        """One byte, or as many as the slice has; anything else fails with InvalidArgument."""
        only_on_chain("data")


class UncheckedAccount(AccountWithKey):
    """An account about which nothing is checked: not its type, its data, or its owner. Check what you use.

    Every other account type can be given where an unchecked one is expected.
    """

    @property
    def is_signer(self) -> bool:
        """Whether the account signed the transaction, or the program that called this one signed for it."""
        only_on_chain("is_signer")

    @property
    def is_writable(self) -> bool:
        """Whether this instruction may write the account."""
        only_on_chain("is_writable")

    @property
    def executable(self) -> bool:
        """Whether the account is a program."""
        only_on_chain("executable")

    @property
    def data(self) -> AccountData:
        """The account's bytes as they are now. Of an `UncheckedAccount` that the program owns they can be assigned."""
        only_on_chain("data")

    def owner(self) -> Pubkey:
        """The program that owns the account."""
        only_on_chain("UncheckedAccount.owner")

    def data_len(self) -> u64:
        """The size of the account's data in bytes."""
        only_on_chain("UncheckedAccount.data_len")

    def signer(self, seeds: list[Any] | None = None) -> "Signer":
        """This account as the signer of a call, when it is a derived address of this program."""
        only_on_chain("UncheckedAccount.signer")


class Account(UncheckedAccount):
    """Base of a program's own account types: plain annotated fields, in the order of their storage (Borsh).

        class UserAccount(Account):
            authority: Pubkey
            location: String[100]
            bump: u8

    As a parameter, the owner program and the discriminator are checked. A field `bump: u8` is filled by
    `init` with the canonical bump, and every later check of `Seeds` uses it. Methods are allowed.
    """

    def __init_subclass__(cls, *, discriminator: bytes | list[int] = b"") -> None:
        """`discriminator`: what the account's data begins with; by default 8 bytes made of the class's name."""
        super().__init_subclass__()

    # Declared so that a program's account may have fields of these names, as many do.
    owner: Any
    data: Any
    is_signer: Any
    is_writable: Any
    executable: Any

    def signer(self, seeds: list[Any] | None = None) -> "Signer":
        """This account as the signer of a call: the program signs for its own derived address.

        Args:
            seeds: the seeds with the bump as last item; not needed where the parameter declares `Seeds` or
                was just initialized.
        """
        only_on_chain("Account.signer")

    def is_new(self) -> bool:
        """Whether this instruction created the account, which `init(..., init_if_needed=True)` gave."""
        only_on_chain("Account.is_new")

    def close(self, destination: AccountWithKey) -> None:
        """Delete the account: all its lamports go to `destination`."""
        only_on_chain("Account.close")

    def resize(self, space: u64, payer: "Signer") -> None:
        """Make the account's data `space` bytes long, at most 10 KiB more than when the instruction began.

        `payer` pays the rent that is missing; what a smaller account holds too much stays in it. Fails with 3004 when
        the fields do not fit any more.
        """
        only_on_chain("Account.resize")

    def migrate(self, to: type[A], payer: "Signer") -> A:
        """Make the account one of another class of this program: `new = old.migrate(NewClass, payer)`.

        Fields that both classes have keep their values, others are zero. The account grows to the new class's size,
        for which `payer` pays. The old name cannot be used any more.
        """
        only_on_chain("Account.migrate")

    def transfer_lamports(self, to: AccountWithKey, amount: u64) -> None:
        """Move lamports out of this account, directly (no call of the system program)."""
        only_on_chain("Account.transfer_lamports")


class Signer(UncheckedAccount):
    """An account that signs the transaction, or a program-derived address that signs a call."""

    def transfer_lamports(self, to: AccountWithKey, amount: u64) -> None:
        """Move lamports from this account, by a call of the system program."""
        only_on_chain("Signer.transfer_lamports")


class SystemAccount(UncheckedAccount):
    """An account that the system program owns: a wallet, or an address that holds lamports only. Else 3011."""


class ProgramData(UncheckedAccount):
    """This program's ProgramData account under the upgradeable loader; its address is checked."""

    def upgrade_authority(self) -> Pubkey | None:
        """Who may upgrade the program: its deployer, until handed over; None for a frozen program."""
        only_on_chain("ProgramData.upgrade_authority")


class Clock:
    """Solana's Clock sysvar. `Clock.get()` needs no account; a parameter `clock: Clock` takes the account."""

    @staticmethod
    def get() -> "Clock":
        """The clock of the current slot."""
        only_on_chain("Clock.get")

    def key(self) -> Pubkey:
        """The address of the sysvar's account."""
        only_on_chain("Clock.key")

    def slot(self) -> u64:
        """The current slot."""
        only_on_chain("Clock.slot")

    def epoch_start_timestamp(self) -> i64:
        """Unix time of the first slot of this epoch, in seconds."""
        only_on_chain("Clock.epoch_start_timestamp")

    def epoch(self) -> u64:
        """The current epoch of the cluster."""
        only_on_chain("Clock.epoch")

    def leader_schedule_epoch(self) -> u64:
        """The epoch for which the leader schedule was last computed."""
        only_on_chain("Clock.leader_schedule_epoch")

    def unix_timestamp(self) -> i64:
        """The cluster's estimate of the unix time, in seconds."""
        only_on_chain("Clock.unix_timestamp")


class EpochSchedule:
    """Solana's EpochSchedule sysvar. `EpochSchedule.get()` needs no account; a parameter takes the account."""

    @staticmethod
    def get() -> "EpochSchedule":
        """The schedule of this cluster."""
        only_on_chain("EpochSchedule.get")

    def key(self) -> Pubkey:
        """The address of the sysvar's account."""
        only_on_chain("EpochSchedule.key")

    def slots_per_epoch(self) -> u64:
        """Slots of an epoch, once the cluster has warmed up."""
        only_on_chain("EpochSchedule.slots_per_epoch")

    def leader_schedule_slot_offset(self) -> u64:
        """How many slots before an epoch its leaders are known."""
        only_on_chain("EpochSchedule.leader_schedule_slot_offset")

    def warmup(self) -> bool:
        """Whether the first epochs are shorter."""
        only_on_chain("EpochSchedule.warmup")

    def first_normal_epoch(self) -> u64:
        """The first epoch of full length."""
        only_on_chain("EpochSchedule.first_normal_epoch")

    def first_normal_slot(self) -> u64:
        """The first slot of that epoch."""
        only_on_chain("EpochSchedule.first_normal_slot")


class Rent:
    """Solana's Rent sysvar. `Rent.get()` needs no account; a parameter `rent: Rent` takes the account."""

    @staticmethod
    def get() -> "Rent":
        """The rates that hold now."""
        only_on_chain("Rent.get")

    def key(self) -> Pubkey:
        """The address of the sysvar's account."""
        only_on_chain("Rent.key")

    def lamports_per_byte_year(self) -> u64:
        """Lamports for each byte and year; an account counts 128 bytes more than its data."""
        only_on_chain("Rent.lamports_per_byte_year")

    def exemption_threshold(self) -> f64:
        """The years of rent, as lamports in the account, that exempt the account from rent."""
        only_on_chain("Rent.exemption_threshold")

    def burn_percent(self) -> u8:
        """Which part of collected rent is burned."""
        only_on_chain("Rent.burn_percent")

    def minimum_balance(self, data_len: u64) -> u64:
        """The lamports that exempt an account with so many bytes of data from rent."""
        only_on_chain("Rent.minimum_balance")
