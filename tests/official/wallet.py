"""Checks of what a wallet does: transfers, nonces and offline signing, derived addresses, lookup tables."""

from tests.official.checks import Desk, check, expect


@check("airdrop, balance, transfer")
def transfers(desk: Desk) -> None:
    """SOL from the faucet, and to somebody else."""
    to = desk.address("receiver")
    desk.solana("airdrop", "2", to)
    desk.solana("transfer", to, "1")
    expect(desk.solana("balance", to).strip() == "3 SOL", "two from the faucet and one from the wallet")
    short = desk.solana("transfer", to, "100000", fails=True)
    expect("insufficient" in short.lower(), short)


@check("create-nonce-account, nonce, new-nonce, authorize, withdraw")
def nonces(desk: Desk) -> None:
    """A nonce account's life; creation and advance follow each other at once."""
    nonce = desk.key("nonce")
    desk.solana("create-nonce-account", nonce, "1")
    first = desk.solana("nonce", nonce).strip()
    desk.solana("new-nonce", nonce)
    second = desk.solana("nonce", nonce).strip()
    expect(first != second, "a nonce that has advanced is another")
    expect(second in desk.solana("nonce-account", nonce), "nonce-account shows the nonce")
    desk.solana("authorize-nonce-account", nonce, desk.address("friend"))
    by_friend = ("--nonce-authority", desk.key("friend"))
    desk.solana("withdraw-from-nonce-account", nonce, desk.address("friend"), "0.1", *by_friend)


@check("transfer signed offline with a nonce")
def offline(desk: Desk) -> None:
    """Signed on one machine with a nonce in the place of a blockhash, sent later from another."""
    account, me, to = desk.key("offline nonce"), desk.address("wallet"), desk.address("friend")
    desk.solana("create-nonce-account", account, "1")
    nonce = desk.solana("nonce", account).strip()
    with_nonce = ("--blockhash", nonce, "--nonce", desk.address("offline nonce"))
    mine = ("--sign-only", "--nonce-authority", desk.key("wallet"))
    signed = desk.solana_json("transfer", to, "0.5", *with_nonce, *mine)
    before = desk.solana("balance", to)
    for _ in range(2):
        # Other blocks go by meanwhile.
        desk.solana("transfer", desk.address("stranger"), "0.01", "--allow-unfunded-recipient")
    signer = ("--signer", signed["signers"][0], "--from", me, "--fee-payer", me, "--nonce-authority", me)
    desk.solana("transfer", to, "0.5", *with_nonce, *signer)
    expect(desk.solana("balance", to) != before, "the transfer arrived")
    expect(desk.solana("nonce", account).strip() != nonce, "the nonce is used up")
    again = desk.solana("transfer", to, "0.5", *with_nonce, *signer, fails=True)
    expect("nonce" in again.lower() or "blockhash" in again.lower(), again)


@check("create-address-with-seed, find-program-derived-address")
def derived(desk: Desk) -> None:
    """Addresses that follow from others, and a transfer from one."""
    system = "11111111111111111111111111111111"
    seeded = desk.solana("create-address-with-seed", "seed", system).strip()
    desk.solana("transfer", seeded, "1", "--allow-unfunded-recipient")
    # The base of a seeded address signs in its place.
    seed = ("--from", desk.key("wallet"), "--derived-address-seed", "seed", "--derived-address-program-id", system)
    desk.solana("transfer", desk.address("wallet"), "0.4", *seed)
    expect(desk.solana("balance", seeded).strip() == "0.6 SOL", "the seeded address has what is left")
    found = desk.solana("find-program-derived-address", system, "string:seed").strip()
    expect(len(found) > 30, found)


@check("address-lookup-table create, extend, get, freeze, deactivate, close")
def lookup_tables(desk: Desk) -> None:
    """A lookup table's life, as far as it goes within a minute."""
    said = desk.solana("address-lookup-table", "create")
    table = said.split("Lookup Table Address:")[1].split()[0]
    keys = f"{desk.address('one')},{desk.address('two')}"
    desk.solana("address-lookup-table", "extend", table, "--addresses", keys)
    expect(desk.address("two") in desk.solana("address-lookup-table", "get", table), "the table has its addresses")
    desk.solana("address-lookup-table", "deactivate", table, "--bypass-warning")
    early = desk.solana("address-lookup-table", "close", table, fails=True)
    expect("deactivat" in early.lower(), early)


@check("validator-info publish, get")
def validator_info(desk: Desk) -> None:
    """What a validator says about itself, in an account of the config program."""
    desk.solana("validator-info", "publish", "A name", "--website", "https://example.org")
    expect("A name" in desk.solana("validator-info", "get"), "the name is published")
