"""The answer of a simulation: of `simulateTransaction`, and of the preflight of `sendTransaction`."""

from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey
from solders.transaction_metadata import TransactionMetadata

from solana_localnet.chain.admission.checks import is_budget_error, is_fees_only
from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.metering.cost import loaded_bytes
from solana_localnet.chain.metering.fees import message_fee
from solana_localnet.chain.metering.token_balances import token_balances
from solana_localnet.chain.validator import RENT_EPOCH
from solana_localnet.chain.vm import EMPTY
from solana_localnet.codec.accounts import AccountView, encode_account
from solana_localnet.codec.transactions import return_data, token_balance
from solana_localnet.rpc.registry import Node

NOT_LOADED = frozenset(
    (
        "AccountNotFound",
        "InsufficientFundsForFee",
        "InvalidAccountForFee",
        "BlockhashNotFound",
        "AlreadyProcessed",
        "AccountLoadedTwice",
        "InvalidLoadedAccountsDataSizeLimit",
    )
)
"""Errors of a transaction that neither runs nor pays."""
UNSIGNED = "SignatureFailure"


class Simulation:
    """The outcome of a transaction that leaves no trace. after: accounts as a success left them."""

    def __init__(
        self,
        node: Node,
        decoded: Decoded,
        err: Any,
        meta: TransactionMetadata | None,
        after: dict[Pubkey, Account] | None = None,
    ) -> None:
        self.node = node
        self.decoded = decoded
        self.err = err
        self.meta = meta
        self.after = after or {}
        refused = err in NOT_LOADED or err == UNSIGNED if isinstance(err, str) else is_budget_error(err, decoded)
        self.loads = not refused
        self.runs = self.loads and not is_fees_only(err)

    def read(self, key: Pubkey) -> Account | None:
        """An account after the transaction."""
        account, before = self.after.get(key), self.node.chain.vm.account(key)
        if account is None:
            return before
        if before is None and account.rent_epoch == 0:
            # As the chain marks a new account when its transaction lands.
            return Account(account.lamports, account.data, account.owner, account.executable, RENT_EPOCH)
        return account

    def value(self) -> dict[str, Any]:
        """An RpcSimulateTransactionResult without what a client must ask for."""
        meta = self.meta if self.runs else None
        fee = message_fee(self.decoded.message) if self.loads else None
        value: dict[str, Any] = {
            "accounts": None,
            "err": self.err,
            "fee": fee,
            "innerInstructions": None,
            "loadedAccountsDataSize": loaded_bytes(self.decoded, self.node.chain.vm.extents) if self.runs else 0,
            "loadedAddresses": None,
            "logs": [] if meta is None else meta.logs(),
            "postBalances": None,
            "postTokenBalances": None,
            "preBalances": None,
            "preTokenBalances": None,
            "replacementBlockhash": None,
            "returnData": None if meta is None else return_data(meta),
            "unitsConsumed": 0 if meta is None else meta.compute_units_consumed(),
        }
        value["loadedAddresses"] = {
            "writable": [str(key) for key in self.decoded.loaded_writable],
            "readonly": [str(key) for key in self.decoded.loaded_readonly],
        }
        return value if self.err == UNSIGNED else value | self._balances(fee or 0)

    def _balances(self, fee: int) -> dict[str, Any]:
        decoded, vm = self.decoded, self.node.chain.vm
        pre = [vm.balance(key) or 0 for key in decoded.keys]
        if self.err is None:
            post = [(self.read(key) or EMPTY).lamports for key in decoded.keys]
        else:
            post = [pre[0] - fee, *pre[1:]]
        tokens = token_balances(decoded, vm.snapshot(decoded), self.read)
        return {
            "preBalances": pre,
            "postBalances": post,
            "preTokenBalances": [token_balance(item, stored=False) for item in tokens[0]],
            "postTokenBalances": [token_balance(item, stored=False) for item in tokens[1]],
        }

    def accounts(self, form: AccountView, addresses: list[Pubkey]) -> list[Any]:
        """The accounts that the client asked for, as a success left them; null for each after a failure."""
        if self.err is not None:
            return [None for _ in addresses]
        found = [(key, self.read(key)) for key in addresses]
        return [
            None if account is None or account.lamports == 0 else encode_account(key, account, form, self.read)
            for key, account in found
        ]
