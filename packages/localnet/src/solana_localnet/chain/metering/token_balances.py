"""Token balances of a transaction's accounts before and after it, as `meta` reports them."""

from collections.abc import Callable, Sequence

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.history import TokenBalance
from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.programs import TOKEN_PROGRAMS
from solana_localnet.codec.token_layout import parse_mint, parse_token_account

Reader = Callable[[Pubkey], Account | None]


def token_balances(
    decoded: Decoded, before: Sequence[Account | None], read: Reader
) -> tuple[list[TokenBalance], list[TokenBalance]]:
    """Balances before (from the snapshot) and after (from the store). A read-only account did not change."""
    decimals: dict[Pubkey, int | None] = {}

    def balance(index: int, account: Account | None) -> TokenBalance | None:
        if account is None or account.owner not in TOKEN_PROGRAMS:
            return None
        holding = parse_token_account(account.data)
        if holding is None:
            return None
        if holding.mint not in decimals:
            mint_account = read(holding.mint)
            mint = None if mint_account is None else parse_mint(mint_account.data)
            decimals[holding.mint] = None if mint is None else mint.decimals
        places = decimals[holding.mint]
        if places is None:
            return None
        return TokenBalance(index, holding.mint, holding.owner, account.owner, holding.amount, places)

    pre: list[TokenBalance] = []
    post: list[TokenBalance] = []
    for index, (key, writable) in enumerate(zip(decoded.keys, decoded.writable, strict=True)):
        current = read(key)
        earlier = balance(index, before[index] if writable else current)
        later = balance(index, current)
        if earlier is not None:
            pre.append(earlier)
        if later is not None:
            post.append(later)
    return pre, post
