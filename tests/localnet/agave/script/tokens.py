"""Sections of the script: money, memos, tokens."""

import struct
from collections.abc import Sequence

from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet.agave.script.keys import (
    ALICE,
    BOB,
    COMPUTE_BUDGET,
    CONFIRMED,
    KEYS,
    MEMO,
    MEMO_V1,
    NATIVE_MINT,
    NATIVE_MINT_2022,
    SOL,
    SYSTEM,
    TOKEN,
    TOKEN_2022,
    Json,
    associated,
    create_account,
    create_associated,
    extended_size,
    interface,
    keypair,
    long_text,
    memo,
    option,
    r,
    text,
    token,
    transfer,
    u8,
    u32,
    u64,
    w,
)
from tests.localnet.agave.script.recorder import Recorder


def fund(rec: Recorder) -> None:
    """Airdrops and the payers' money."""
    rec.section = "airdrop"
    options = {"maxSupportedTransactionVersion": 0, "encoding": "jsonParsed", "commitment": "confirmed"}

    def airdrop(name: str, *params: Json) -> None:
        result = rec.ask("requestAirdrop", *params)
        rec.names.add(result, f"<signature of airdrop / {name}>")
        rec.sent[f"airdrop / {name}"] = result
        rec.wait(result)
        rec.await_transaction(result)
        faucet = rec.ask("getTransaction", result, options)["transaction"]["message"]["accountKeys"][0]["pubkey"]
        rec.names.add(faucet, "<faucet>")
        rec.landed(name)

    airdrop("airdrop", str(ALICE.pubkey()), 2_000 * SOL)
    airdrop("airdrop of one lamport", str(ALICE.pubkey()), 1, CONFIRMED)
    for name, params in {
        "nothing at all": [],
        "no amount": [str(BOB.pubkey())],
        "address not base58": ["0OIl", 1],
        "address too short": ["abc", 1],
        "negative amount": [str(BOB.pubkey()), -1],
        "amount as text": [str(BOB.pubkey()), "1"],
        "fractional amount": [str(BOB.pubkey()), 1.5],
        "amount above u64": [str(BOB.pubkey()), 1 << 64],
        "more than the faucet has": [str(BOB.pubkey()), (1 << 63)],
        "unknown blockhash": [str(BOB.pubkey()), 1, {"recentBlockhash": str(Hash(bytes(range(32))))}],
    }.items():
        rec.read(name, "requestAirdrop", *params, tidy=lambda _: "<signature>")
    others = [key for name, key in KEYS.items() if name != "alice"]
    rec.section = "transfer"
    half = len(others) // 2
    for name, keys in {"one half": others[:half], "the other half": others[half:]}.items():
        rec.send(f"transfers to {name} of the payers", [transfer(ALICE, key, 50 * SOL) for key in keys], ALICE)
    rec.send("transfer", [transfer(ALICE, BOB, 1_000_000)], ALICE)
    rec.send("transfer of version 0", [transfer(ALICE, BOB, 1_000_001)], ALICE, version=0)
    rec.send("transfer of nothing", [transfer(ALICE, BOB, 0)], ALICE)
    rec.send("transfer to oneself", [transfer(ALICE, ALICE, 5)], ALICE)
    rec.send("transfer in base58", [transfer(ALICE, BOB, 1_000_002)], ALICE)
    rec.send("no instruction at all", [], KEYS["odd payer"], landed=False)
    rec.send("with maxRetries and minContextSlot", [transfer(ALICE, BOB, 7)], ALICE, maxRetries=3, minContextSlot=1)
    rec.send("two signers", [transfer(ALICE, BOB, 8), transfer(BOB, ALICE, 9)], ALICE, BOB)
    priced = [
        Instruction(COMPUTE_BUDGET, u8(2) + u32(20_000), []),
        Instruction(COMPUTE_BUDGET, u8(3) + u64(1_000_000), []),
        Instruction(COMPUTE_BUDGET, u8(4) + u32(1_000_000), []),
        Instruction(COMPUTE_BUDGET, u8(1) + u32(64 * 1024), []),
        transfer(ALICE, BOB, 10),
    ]
    rec.send("with a price, limits and a heap", priced, ALICE)


def system(rec: Recorder) -> None:
    """The system program's other instructions."""
    rec.section = "system"
    payer = KEYS["system payer"]
    rent = rec.ask("getMinimumBalanceForRentExemption", 10)
    made, allocated, assigned = (keypair(name) for name in ("made", "allocated", "assigned"))
    for key, name in ((made, "made"), (allocated, "allocated"), (assigned, "assigned")):
        rec.names.add(key.pubkey(), f"<{name}>")
    rec.send("create account", [create_account(payer, made, rent, 10, MEMO)], payer, made)
    rec.send(
        "create account again, skipping preflight",
        [create_account(payer, made, rent, 10, MEMO)],
        payer,
        made,
        skipPreflight=True,
    )
    allocate = [transfer(payer, allocated, rent), Instruction(SYSTEM, u32(8) + u64(10), [w(allocated, True)])]
    rec.send("allocate", allocate, payer, allocated)
    assign = [transfer(payer, assigned, rent), Instruction(SYSTEM, u32(1) + bytes(MEMO), [w(assigned, True)])]
    rec.send("assign", assign, payer, assigned)
    seed = "a seed"
    derived = Pubkey.create_with_seed(payer.pubkey(), seed, SYSTEM)
    rec.names.add(derived, "<derived>")
    with_seed = u32(3) + bytes(payer.pubkey()) + long_text(seed) + u64(rent) + u64(0) + bytes(SYSTEM)
    rec.send("create with seed", [Instruction(SYSTEM, with_seed, [w(payer, True), w(derived)])], payer)
    out = u32(11) + u64(5) + long_text(seed) + bytes(SYSTEM)
    rec.send(
        "transfer with seed",
        [Instruction(SYSTEM, out, [w(derived), r(payer, True), w(payer)])],
        payer,
        skipPreflight=True,
    )
    second = Pubkey.create_with_seed(payer.pubkey(), "second", MEMO)
    rec.names.add(second, "<second>")
    data = u32(9) + bytes(payer.pubkey()) + long_text("second") + u64(12) + bytes(MEMO)
    both = [transfer(payer, second, 2 * rent), Instruction(SYSTEM, data, [w(second), r(payer, True)])]
    rec.send("allocate with seed", both, payer)
    poor = keypair("poor")
    rec.names.add(poor.pubkey(), "<poor>")
    rec.send("leave less than rent, with preflight", [transfer(payer, poor, 1)], payer)
    rec.send("leave less than rent, skipping preflight", [transfer(payer, poor, 2)], payer, skipPreflight=True)


def memos(rec: Recorder) -> None:
    rec.section = "memo"
    payer = KEYS["memo payer"]
    rec.send("memo", [memo("hello")], payer)
    rec.send("signed memo", [memo("héllo 🌞", payer)], payer)
    rec.send("memo of version 1", [memo("old", program=MEMO_V1)], payer)
    rec.send("two memos", [memo("one"), memo("two")], payer)
    rec.send("empty memo", [memo("")], payer)
    rec.send("memo not UTF-8, with preflight", [memo(b"\xff\xfe")], payer)
    rec.send("memo not UTF-8, skipping preflight", [memo(b"\xff\xfe\xfd")], payer, skipPreflight=True)


def tokens(rec: Recorder) -> None:
    """SPL Token: mints, accounts, delegates, wrapped SOL, a multisig."""
    rec.section = "token"
    payer, owner, authority = KEYS["token payer"], KEYS["token owner"], KEYS["authority"]
    mint, multisig = keypair("mint"), keypair("multisig")
    mine, theirs = associated(payer.pubkey(), mint.pubkey()), associated(owner.pubkey(), mint.pubkey())
    wrapper = KEYS["wrap payer"]
    wrapped = associated(wrapper.pubkey(), NATIVE_MINT)
    for key, name in (
        (mint.pubkey(), "mint"), (multisig.pubkey(), "multisig"), (mine, "payer's tokens"), (theirs, "owner's tokens"),
        (wrapped, "wrapped SOL"),
    ):  # fmt: skip
        rec.names.add(key, f"<{name}>")
    rent, account_rent = (rec.ask("getMinimumBalanceForRentExemption", size) for size in (82, 165))
    init = u8(20) + u8(6) + bytes(payer.pubkey()) + option(authority.pubkey())
    rec.send("create mint", [create_account(payer, mint, rent, 82, TOKEN), token(TOKEN, init, w(mint))], payer, mint)
    rec.send(
        "create associated account", [create_associated(payer, payer.pubkey(), mint.pubkey(), idempotent=False)], payer
    )
    rec.send("create associated account, idempotent", [create_associated(payer, owner.pubkey(), mint.pubkey())], payer)
    rec.send(
        "create associated account again, idempotent", [create_associated(payer, owner.pubkey(), mint.pubkey())], payer
    )
    rec.send(
        "create associated account again, with preflight",
        [create_associated(payer, payer.pubkey(), mint.pubkey(), idempotent=False)],
        payer,
    )
    rec.send("mint to", [token(TOKEN, u8(7) + u64(10_000_000), w(mint), w(mine), r(payer, True))], payer)
    rec.send(
        "mint to checked", [token(TOKEN, u8(14) + u64(5_000_000) + u8(6), w(mint), w(theirs), r(payer, True))], payer
    )
    rec.send("transfer", [token(TOKEN, u8(3) + u64(1_500_000), w(mine), w(theirs), r(payer, True))], payer)
    rec.send(
        "transfer checked", [token(TOKEN, u8(12) + u64(2) + u8(6), w(mine), r(mint), w(theirs), r(payer, True))], payer
    )
    rec.send(
        "transfer too much, with preflight",
        [token(TOKEN, u8(3) + u64(1 << 60), w(mine), w(theirs), r(payer, True))],
        payer,
    )
    rec.send(
        "transfer too much, skipping preflight",
        [token(TOKEN, u8(3) + u64(1 << 61), w(mine), w(theirs), r(payer, True))],
        payer,
        skipPreflight=True,
    )
    rec.send(
        "wrong decimals", [token(TOKEN, u8(12) + u64(2) + u8(7), w(mine), r(mint), w(theirs), r(payer, True))], payer
    )
    rec.send("approve", [token(TOKEN, u8(4) + u64(300), w(mine), r(owner), r(payer, True))], payer)
    rec.send(
        "approve checked",
        [token(TOKEN, u8(13) + u64(400) + u8(6), w(theirs), r(mint), r(payer), r(owner, True))],
        payer,
        owner,
    )
    rec.send(
        "transfer by the delegate", [token(TOKEN, u8(3) + u64(100), w(mine), w(theirs), r(owner, True))], payer, owner
    )
    rec.send("burn", [token(TOKEN, u8(8) + u64(11), w(mine), w(mint), r(payer, True))], payer)
    rec.send("burn checked", [token(TOKEN, u8(15) + u64(11) + u8(6), w(mine), w(mint), r(payer, True))], payer)
    rec.send("freeze", [token(TOKEN, u8(10), w(theirs), r(mint), r(authority, True))], payer, authority)
    rec.send("transfer to the frozen", [token(TOKEN, u8(3) + u64(1), w(mine), w(theirs), r(payer, True))], payer)
    rec.send("thaw", [token(TOKEN, u8(11), w(theirs), r(mint), r(authority, True))], payer, authority)
    rec.send("freeze again", [token(TOKEN, u8(10), w(theirs), r(mint), r(authority, True))], payer, authority)
    rec.send(
        "set close authority", [token(TOKEN, u8(6) + u8(3) + option(owner.pubkey()), w(mine), r(payer, True))], payer
    )
    make = create_associated(wrapper, wrapper.pubkey(), NATIVE_MINT)
    rec.send("wrap SOL", [make, transfer(wrapper, wrapped, SOL), token(TOKEN, u8(17), w(wrapped))], wrapper)
    temporary = keypair("temporary wrapped")
    rec.names.add(temporary.pubkey(), "<temporary>")
    unwrap = [
        create_account(wrapper, temporary, account_rent + 77, 165, TOKEN),
        token(TOKEN, u8(18) + bytes(wrapper.pubkey()), w(temporary), r(NATIVE_MINT)),
        token(TOKEN, u8(9), w(temporary), w(wrapper), r(wrapper, True)),
    ]
    rec.send("wrap and close at once", unwrap, wrapper, temporary)
    signers = [r(key) for key in (payer, owner, authority)]
    multi_rent = rec.ask("getMinimumBalanceForRentExemption", 355)
    multi = [
        create_account(payer, multisig, multi_rent, 355, TOKEN),
        token(TOKEN, u8(19) + u8(2), w(multisig), *signers),
    ]
    rec.send("create multisig", multi, payer, multisig)
    rec.send(
        "mint authority to the multisig",
        [token(TOKEN, u8(6) + u8(0) + option(multisig.pubkey()), w(mint), r(payer, True))],
        payer,
    )
    by_two = token(TOKEN, u8(7) + u64(5), w(mint), w(mine), r(multisig), r(payer, True), r(owner, True))
    rec.send("mint by two of three", [by_two], payer, owner)
    rec.send("account data size", [token(TOKEN, u8(21), r(mint))], payer)
    rec.send("amount to ui amount", [token(TOKEN, u8(23) + u64(1_234_567), r(mint))], payer)
    rec.send("ui amount to amount", [token(TOKEN, u8(24) + b"1.25", r(mint))], payer)
    rec.send("unknown token instruction", [token(TOKEN, u8(200), r(mint))], payer)


def token_2022(rec: Recorder) -> None:
    """Token-2022 mints with extensions."""
    rec.section = "token-2022"
    payer, owner = KEYS["2022 payer"], KEYS["2022 owner"]
    me, it = payer.pubkey(), TOKEN_2022

    def create(
        name: str, lengths: Sequence[int], extensions: Sequence[bytes], decimals: int = 2, extra: int = 0
    ) -> Keypair:
        mint = keypair(f"2022 {name}")
        rec.names.add(mint.pubkey(), f"<{name}>")
        size = extended_size(*lengths)
        rent = rec.ask("getMinimumBalanceForRentExemption", size + extra)
        init = u8(20) + u8(decimals) + bytes(me) + option(me)
        rest = [token(it, data.replace(b"<itself>", bytes(mint.pubkey())), w(mint)) for data in extensions]
        steps = [create_account(payer, mint, rent, size, it), *rest, token(it, init, w(mint))]
        rec.send(f"create {name}", steps, payer, mint)
        return mint

    fee = u8(26) + u8(0) + option(me) + option(me) + struct.pack("<HQ", 250, 1_000)
    close, delegate = u8(25) + option(me), u8(35) + bytes(me)
    interest = u8(33) + u8(0) + bytes(me) + struct.pack("<h", 500)
    taxed = create("taxed mint", [108, 32, 32, 52], [fee, close, delegate, interest])
    pointer = u8(39) + u8(0) + bytes(me) + b"<itself>"
    group = u8(40) + u8(0) + bytes(me) + b"<itself>"
    member = u8(41) + u8(0) + bytes(me) + b"<itself>"
    state = u8(28) + u8(0) + u8(2)
    pausable = u8(44) + u8(0) + bytes(me)
    named = create("named mint", [64, 64, 64, 1, 33], [pointer, group, member, state, pausable], extra=600)
    scaled = u8(43) + u8(0) + bytes(me) + struct.pack("<d", 2.5)
    hook = u8(36) + u8(0) + bytes(me) + bytes(32)
    confidential = u8(27) + u8(0) + bytes(me) + u8(1) + bytes(32)
    create("scaled mint", [56, 64, 65], [scaled, hook, confidential])
    create("bound mint", [0], [u8(32)], decimals=0)
    metadata = (
        interface("spl_token_metadata_interface:initialize_account")
        + text("Sun")
        + text("SUN")
        + text("https://example.com/sun")
    )
    rec.send("metadata", [token(it, metadata, w(named), r(payer), r(named), r(payer, True))], payer)
    field = interface("spl_token_metadata_interface:updating_field") + u8(3) + text("colour") + text("yellow")
    rec.send("metadata field", [token(it, field, w(named), r(payer, True))], payer)
    group_init = interface("spl_token_group_interface:initialize_token_group") + bytes(me) + u64(10)
    rec.send("group", [token(it, group_init, w(named), r(named), r(payer, True))], payer)
    rec.send("pause", [token(it, u8(44) + u8(1), w(named), r(payer, True))], payer)
    rec.send("resume", [token(it, u8(44) + u8(2), w(named), r(payer, True))], payer)
    mine, theirs = associated(me, taxed.pubkey(), it), associated(owner.pubkey(), taxed.pubkey(), it)
    rec.names.add(mine, "<payer's taxed tokens>"), rec.names.add(theirs, "<owner's taxed tokens>")
    rec.send(
        "associated accounts",
        [create_associated(payer, key, taxed.pubkey(), it) for key in (me, owner.pubkey())],
        payer,
    )
    rec.send("mint to", [token(it, u8(7) + u64(100_000), w(taxed), w(mine), r(payer, True))], payer)
    rec.send(
        "transfer without the fee's instruction",
        [token(it, u8(3) + u64(10), w(mine), w(theirs), r(payer, True))],
        payer,
    )
    checked = u8(12) + u64(10_000) + u8(2)
    rec.send("transfer checked", [token(it, checked, w(mine), r(taxed), w(theirs), r(payer, True))], payer)
    with_fee = u8(26) + u8(1) + u64(4_000) + u8(2) + u64(100)
    rec.send("transfer checked with fee", [token(it, with_fee, w(mine), r(taxed), w(theirs), r(payer, True))], payer)
    rec.send("harvest fees", [token(it, u8(26) + u8(4), w(taxed), w(theirs))], payer)
    rec.send("withdraw fees from mint", [token(it, u8(26) + u8(2), w(taxed), w(mine), r(payer, True))], payer)
    memo_room = [
        token(it, u8(29) + struct.pack("<HH", 8, 11), w(theirs), w(owner), r(SYSTEM), r(owner, True)),
        token(it, u8(30) + u8(0), w(theirs), r(owner, True)),
        token(it, u8(34) + u8(0), w(theirs), r(owner, True)),
    ]
    rec.send("memos required and CPI guarded", memo_room, owner)
    rec.send(
        "transfer without the memo",
        [token(it, u8(12) + u64(10) + u8(2), w(mine), r(taxed), w(theirs), r(payer, True))],
        payer,
    )
    rec.send(
        "burn by the permanent delegate",
        [token(it, u8(15) + u64(5) + u8(2), w(theirs), w(taxed), r(payer, True))],
        payer,
    )
    frozen = associated(owner.pubkey(), named.pubkey(), it)
    rec.names.add(frozen, "<owner's named tokens>")
    rec.send("account of a mint that freezes", [create_associated(payer, owner.pubkey(), named.pubkey(), it)], payer)
    native = [Instruction(it, u8(31), [w(payer, True), w(NATIVE_MINT_2022), r(SYSTEM)])]
    rec.send("create native mint", native, payer)
