"""How large accounts are, remembered for programs, whose code nobody wants to copy for each transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.programs import PROGRAM_DATA_TAG, UPGRADEABLE_LOADER, code_of


@dataclass(slots=True, frozen=True)
class Extent:
    """size: bytes of data. code: where a program of the upgradeable loader keeps its code."""

    executable: bool
    size: int
    code: Pubkey | None

    @classmethod
    def of(cls, account: Account) -> "Extent":
        """The extent of one account."""
        return cls(account.executable, len(account.data), code_of(account))


class Extents:
    """Extents by address. read: the account store, which must say what it writes (`forget`)."""

    def __init__(self, read: Callable[[Pubkey], Account | None]) -> None:
        self._read = read
        self._known: dict[Pubkey, Extent] = {}

    def get(self, key: Pubkey) -> Extent | None:
        """The extent of an account, None when it does not exist."""
        known = self._known.get(key)
        if known is not None:
            return known
        account = self._read(key)
        if account is None:
            return None
        extent = Extent.of(account)
        if account.executable or is_program_data(account):
            self._known[key] = extent
        return extent

    def forget(self, keys: Iterable[Pubkey]) -> None:
        """Takes note that accounts may have been written."""
        known = self._known
        for key in keys:
            known.pop(key, None)


def is_program_data(account: Account) -> bool:
    """Whether the account holds a program's code for the upgradeable loader."""
    return account.owner == UPGRADEABLE_LOADER and account.data[:1] == PROGRAM_DATA_TAG
