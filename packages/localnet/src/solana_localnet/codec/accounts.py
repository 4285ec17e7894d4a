"""Accounts as RPC clients see them: the encodings of `data`, and data slices."""

import base64
from dataclasses import dataclass
from typing import Any

import zstandard
from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.decoded import AccountReader
from solana_localnet.codec import base58
from solana_localnet.codec.parsed.accounts import parse_account
from solana_localnet.rpc.errors import INVALID_REQUEST, RpcError

ACCOUNT_ENCODINGS = ("binary", "base58", "base64", "jsonParsed", "base64+zstd")
MAX_BASE58_BYTES = 128


@dataclass(frozen=True, slots=True)
class AccountView:
    """How a client wants accounts: encoding, and the (offset, length) of the data it needs."""

    encoding: str = "base64"
    data_slice: tuple[int, int] | None = None

    def slice(self, data: bytes) -> bytes:
        """The slice of `data`; empty when it lies outside."""
        if self.data_slice is None:
            return data
        offset, length = self.data_slice
        return data[offset : offset + length]


def encode_account(
    address: Pubkey, account: Account, view: AccountView, read: AccountReader, data: bytes | None = None
) -> dict[str, Any]:
    """A UiAccount. `read` finds the mint of a token account for jsonParsed. data: the account's, for who has it
    already: each look at `account.data` copies it.

    Raises RpcError when the client asks for more than 128 bytes in base58, as validators do.
    """
    if data is None:
        data = account.data
    return {
        "lamports": account.lamports,
        "owner": str(account.owner),
        "data": _encode_data(address, account, view, read, data),
        "executable": account.executable,
        "rentEpoch": account.rent_epoch,
        "space": len(data),
    }


def _encode_data(address: Pubkey, account: Account, view: AccountView, read: AccountReader, data: bytes) -> Any:
    encoding = view.encoding
    if encoding == "jsonParsed":
        parsed = parse_account(address, account, read)
        if parsed is not None:
            return parsed
        encoding = "base64"
    data = view.slice(data)
    if encoding == "base64":
        return [base64.b64encode(data).decode(), "base64"]
    if encoding == "base64+zstd":
        return [base64.b64encode(zstd_frame(data)).decode(), "base64+zstd"]
    if len(data) > MAX_BASE58_BYTES:
        raise RpcError(
            INVALID_REQUEST,
            "Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.",
        )
    text = base58.encode(data)
    return text if encoding == "binary" else [text, "base58"]


_ZSTD = zstandard.ZstdCompressor()


def zstd_frame(data: bytes) -> bytes:
    """A frame as a validator writes it: streamed, so that its header does not say how long the content is."""
    stream = _ZSTD.compressobj()
    return stream.compress(data) + stream.flush()
