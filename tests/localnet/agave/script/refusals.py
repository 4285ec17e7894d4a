"""Sections of the script: nonces, lookup tables, transactions that are refused."""

import base64
from collections.abc import Callable

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageAddressTableLookup, MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from tests.localnet.agave.script.keys import (
    BOB,
    CLOCK,
    COMPUTE_BUDGET,
    CONFIRMED,
    FINALIZED,
    KEYS,
    LOADER,
    LOOKUP_TABLES,
    MEMO,
    NOBODY,
    RECENT_BLOCKHASHES,
    RENT,
    SYSTEM,
    TOKEN,
    Json,
    create_account,
    keypair,
    memo,
    r,
    transfer,
    u8,
    u32,
    u64,
    w,
)
from tests.localnet.agave.script.recorder import Recorder, base58, encode, until


def nonces(rec: Recorder) -> None:
    """A durable nonce: made, used, used up by a failure, handed over, emptied."""
    rec.section = "nonce"
    payer = KEYS["nonce payer"]
    nonce = keypair("nonce")
    rec.names.add(nonce.pubkey(), "<nonce account>")
    rent = rec.ask("getMinimumBalanceForRentExemption", 80)
    init = Instruction(SYSTEM, u32(6) + bytes(payer.pubkey()), [w(nonce), r(RECENT_BLOCKHASHES), r(RENT)])
    advance = Instruction(SYSTEM, u32(4), [w(nonce), r(RECENT_BLOCKHASHES), r(payer, True)])
    rec.send("create", [create_account(payer, nonce, rent, 80, SYSTEM), init], payer, nonce)
    rec.send(
        "advance in the slot of its creation", [*made_and_advanced(rec, payer, rent)], payer, keypair("brief nonce")
    )
    counter = iter(range(1, 100))

    def stored(level: Json = CONFIRMED) -> Hash:
        shown = rec.ask("getAccountInfo", str(nonce.pubkey()), {"encoding": "jsonParsed", **level})
        found = shown["value"]["data"]["parsed"]["info"]["blockhash"]
        rec.names.add(found, f"<nonce {next(counter)}>" if found not in rec.names.texts else "")
        return Hash.from_string(found)

    rec.read("account", "getAccountInfo", str(nonce.pubkey()), {"encoding": "jsonParsed", **CONFIRMED})
    first = stored()
    rec.read("isBlockhashValid of a nonce", "isBlockhashValid", str(first), CONFIRMED)
    fee = Message.new_with_blockhash([advance, transfer(payer, BOB, 1)], payer.pubkey(), first)
    fee_wire = base64.b64encode(to_bytes_versioned(fee)).decode()
    rec.names.add(fee_wire, "<message by nonce>")
    rec.read("getFeeForMessage of a nonce", "getFeeForMessage", fee_wire, CONFIRMED)
    rec.next_slots(2)
    rec.send("advance", [advance], payer)
    second = stored()
    rec.next_slots(2)
    used = [advance, transfer(payer, BOB, 1)]
    rec.send("transfer by nonce", used, payer, blockhash=second)
    rec.send("same transaction again", used, payer, blockhash=second, landed=False)
    third = stored()
    rec.step("nonce moved", response={"moved": third != second})
    rec.send("old nonce", [advance, transfer(payer, BOB, 2)], payer, blockhash=second, landed=False)
    simulated = rec.sign([advance, transfer(payer, BOB, 3)], [payer], third)
    rec.names.add(encode(simulated), "<simulated by nonce, base64>")
    rec.read("simulate by nonce", "simulateTransaction", encode(simulated), {"encoding": "base64", **CONFIRMED})
    rec.next_slots(2)
    failing = [advance, transfer(payer, BOB, 1 << 60)]
    rec.send("failing transfer by nonce, with preflight", failing, payer, blockhash=third, landed=False)
    rec.send("failing transfer by nonce, skipping preflight", failing, payer, blockhash=third, skipPreflight=True)
    rec.step("failure moved the nonce", response={"moved": stored() != third})
    rec.next_slots(2)
    stranger = Instruction(SYSTEM, u32(4), [w(nonce), r(RECENT_BLOCKHASHES), r(BOB, True)])
    rec.send("advance by a stranger", [stranger], BOB)
    hand = Instruction(SYSTEM, u32(7) + bytes(BOB.pubkey()), [w(nonce), r(payer, True)])
    rec.send("authorize", [hand], payer)
    rec.read(
        "account of the new authority", "getAccountInfo", str(nonce.pubkey()), {"encoding": "jsonParsed", **CONFIRMED}
    )
    withdraw = Instruction(SYSTEM, u32(5) + u64(rent), [w(nonce), w(BOB), r(RECENT_BLOCKHASHES), r(RENT), r(BOB, True)])
    rec.send("withdraw all", [withdraw], BOB)
    rec.read("account after withdrawal", "getAccountInfo", str(nonce.pubkey()), {"encoding": "jsonParsed", **CONFIRMED})


def made_and_advanced(rec: Recorder, payer: Keypair, rent: int) -> list[Instruction]:
    """A nonce that is created and advanced in one transaction."""
    nonce = keypair("brief nonce")
    rec.names.add(nonce.pubkey(), "<brief nonce>")
    init = Instruction(SYSTEM, u32(6) + bytes(payer.pubkey()), [w(nonce), r(RECENT_BLOCKHASHES), r(RENT)])
    advance = Instruction(SYSTEM, u32(4), [w(nonce), r(RECENT_BLOCKHASHES), r(payer, True)])
    return [create_account(payer, nonce, rent, 80, SYSTEM), init, advance]


def lookup_tables(rec: Recorder) -> None:
    rec.section = "lookup table"
    payer = KEYS["table payer"]
    slot = rec.ask("getSlot", FINALIZED)
    until(lambda: rec.ask("getSlot", FINALIZED) > max(slot, 1), 30)
    table, bump = Pubkey.find_program_address([bytes(payer.pubkey()), u64(slot)], LOOKUP_TABLES)
    rec.names.add(table, "<table>")
    create = u32(0) + u64(slot) + u8(bump)
    mask = masked_data("createLookupTable", "recentSlot", "bumpSeed")
    rec.send(
        "create",
        [Instruction(LOOKUP_TABLES, create, [w(table), r(payer, True), w(payer, True), r(SYSTEM)])],
        payer,
        tidy=mask,
    )
    members = [BOB.pubkey(), NOBODY.pubkey(), KEYS["alice"].pubkey()]
    extend = u32(2) + u64(len(members)) + b"".join(bytes(key) for key in members)
    rec.send(
        "extend", [Instruction(LOOKUP_TABLES, extend, [w(table), r(payer, True), w(payer, True), r(SYSTEM)])], payer
    )
    known = AddressLookupTableAccount(table, members)
    rec.next_slots(2)
    rec.send("transfer through the table", [transfer(payer, BOB, 3)], payer, version=0, tables=[known])
    both = Instruction(MEMO, b"x", [])
    rec.send(
        "transfer and a read-only lookup",
        [transfer(payer, BOB, 4), both, Instruction(SYSTEM, u32(2) + u64(0), [w(payer, True), w(BOB), r(NOBODY)])],
        payer,
        version=0,
        tables=[known],
    )
    message = MessageV0.try_compile(payer.pubkey(), [transfer(payer, BOB, 5)], [known], rec.blockhash())
    lookup = MessageAddressTableLookup(table, bytes([9]), b"")
    wrong = MessageV0(message.header, message.account_keys, message.recent_blockhash, message.instructions, [lookup])
    tx = VersionedTransaction(wrong, [payer])
    rec.send_wire("index beyond the table", bytes(tx), landed=False)
    missing = AddressLookupTableAccount(keypair("no table").pubkey(), members)
    rec.names.add(missing.key, "<no table>")
    rec.send("table that does not exist", [transfer(payer, BOB, 6)], payer, version=0, tables=[missing], landed=False)
    rec.read("account", "getAccountInfo", str(table), {"encoding": "jsonParsed", **CONFIRMED})
    rec.send("deactivate", [Instruction(LOOKUP_TABLES, u32(3), [w(table), r(payer, True)])], payer)
    rec.read(
        "account, deactivated", "getAccountInfo", str(table), {"encoding": "jsonParsed", **CONFIRMED}, tidy=deactivation
    )
    rec.send("close too early", [Instruction(LOOKUP_TABLES, u32(4), [w(table), r(payer, True), w(payer)])], payer)


def deactivation(result: Json) -> Json:
    """A table's deactivation slot: whether it is the largest number, which stands for none."""
    try:
        info = result["value"]["data"]["parsed"]["info"]
        if info["deactivationSlot"] != str((1 << 64) - 1):
            info["deactivationSlot"] = "<slot as text>"
    except (KeyError, TypeError):
        pass
    return result


def masked_data(kind: str, *fields: str) -> Callable[[Json], Json]:
    """Hides fields of a parsed instruction that depend on the slot."""

    def tidy(result: Json) -> Json:
        for item in result["transaction"]["message"]["instructions"]:
            parsed = item.get("parsed")
            if isinstance(parsed, dict) and parsed.get("type") == kind:
                for field in fields:
                    if field in parsed["info"]:
                        parsed["info"][field] = f"<{field}>"
            elif "data" in item:
                item["data"] = "<data>"
        return result

    return tidy


def failures(rec: Recorder) -> None:
    """Transactions that are refused, and in what words."""
    rec.section = "refused"
    payer = KEYS["failure payer"]
    too_much = [transfer(payer, BOB, 1 << 60)]
    rec.send("transfer too much, with preflight", too_much, payer)
    rec.send("transfer too much, skipping preflight", [transfer(payer, BOB, 1 << 61)], payer, skipPreflight=True)
    pauper = keypair("pauper")
    rec.names.add(pauper.pubkey(), "<pauper>")
    rec.send("payer without an account", [transfer(pauper, BOB, 1)], pauper, landed=False)
    rec.send(
        "payer without an account, skipping preflight",
        [transfer(pauper, BOB, 2)],
        pauper,
        skipPreflight=True,
        landed=False,
    )
    old = Hash(bytes([7] * 32))
    rec.send("unknown blockhash", [transfer(payer, BOB, 3)], payer, blockhash=old, landed=False)
    rec.send(
        "unknown blockhash, skipping preflight",
        [transfer(payer, BOB, 4)],
        payer,
        blockhash=old,
        skipPreflight=True,
        landed=False,
    )
    tx = rec.sign([transfer(payer, BOB, 5)], [payer])
    rec.send_wire("first of two equal", bytes(tx))
    config = {"encoding": "base64", "preflightCommitment": "confirmed"}
    rec.read("second of two equal", "sendTransaction", encode(tx), config)
    rec.read("third of two equal, skipping preflight", "sendTransaction", encode(tx), {**config, "skipPreflight": True})
    wire = bytearray(bytes(rec.sign([transfer(payer, BOB, 6)], [payer])))
    wire[1] ^= 1
    bad = base64.b64encode(bytes(wire)).decode()
    rec.names.add(bad, "<bad signature, base64>")
    rec.read("bad signature", "sendTransaction", bad, config)
    rec.read(
        "bad signature, skipping preflight",
        "sendTransaction",
        bad,
        {**config, "skipPreflight": True},
        tidy=lambda _: "<signature>",
    )
    unsigned = VersionedTransaction.populate(rec.sign([transfer(payer, BOB, 7)], [payer]).message, [])
    rec.names.add(encode(unsigned), "<no signature, base64>")
    rec.read("no signature", "sendTransaction", encode(unsigned), config)
    rec.send("unknown program, with preflight", [Instruction(NOBODY.pubkey(), b"", [])], payer)
    rec.send(
        "unknown program, skipping preflight",
        [Instruction(NOBODY.pubkey(), b"\1", [])],
        KEYS["unknown program's payer"],
        skipPreflight=True,
    )
    rec.send("wallet as a program", [Instruction(BOB.pubkey(), b"", [])], payer)
    rec.send("sysvar as a program", [Instruction(CLOCK, b"", [])], payer)
    rec.send("loader as a program", [Instruction(LOADER, u32(99), [])], payer)
    rec.send("writable sysvar", [Instruction(SYSTEM, u32(2) + u64(1), [w(payer, True), w(CLOCK)])], payer)
    rec.send("transfer to a program", [transfer(payer, TOKEN, 1)], payer)
    rec.send("system instruction without data", [Instruction(SYSTEM, b"", [w(payer, True)])], payer)
    rec.send("system instruction without accounts", [Instruction(SYSTEM, u32(2) + u64(1), [])], payer)
    rec.send("source that has not signed", [Instruction(SYSTEM, u32(2) + u64(1), [w(BOB), w(payer)])], payer)
    rec.send("too few compute units", [Instruction(COMPUTE_BUDGET, u8(2) + u32(200), []), memo("short")], payer)
    rec.send("no compute units", [Instruction(COMPUTE_BUDGET, u8(2) + u32(0), []), transfer(payer, BOB, 8)], payer)
    twice = [Instruction(COMPUTE_BUDGET, u8(2) + u32(200), [])] * 2
    rec.send("limit set twice", twice, payer)
    rec.send(
        "limit above the maximum",
        [Instruction(COMPUTE_BUDGET, u8(2) + u32(10_000_000), []), transfer(payer, BOB, 9)],
        payer,
    )
    rec.send("heap of an odd size", [Instruction(COMPUTE_BUDGET, u8(1) + u32(33_000), [])], payer)
    rec.send("unknown compute budget instruction", [Instruction(COMPUTE_BUDGET, u8(9), [])], payer)
    rec.send(
        "loaded data limit too low",
        [Instruction(COMPUTE_BUDGET, u8(4) + u32(1_000), []), memo("x")],
        KEYS["limited payer"],
    )
    rec.send("loaded data limit of nothing", [Instruction(COMPUTE_BUDGET, u8(4) + u32(0), [])], payer)
    rich = [
        Instruction(COMPUTE_BUDGET, u8(2) + u32(1_400_000), []),
        Instruction(COMPUTE_BUDGET, u8(3) + u64(1 << 50), []),
    ]
    rec.send("fee that the payer cannot pay", rich, payer, landed=False)
    rec.send("fee that the payer cannot pay, skipping preflight", rich, payer, landed=False, skipPreflight=True)
    big = bytes(rec.sign([memo("x" * 1_050)], [payer]))
    for name, size in {"one byte too large": 1_233, "far too large": 5_000}.items():
        wire_text = base64.b64encode(big.ljust(size, b"\0")).decode()
        rec.names.add(wire_text, f"<{name}, base64>")
        rec.read(name, "sendTransaction", wire_text, config)
    many = [r(keypair(f"member {number}").pubkey()) for number in range(33)]
    rec.send("the most accounts in one transaction", [Instruction(MEMO, b"", [])], payer)
    rec.send("memo with accounts that have not signed", [Instruction(MEMO, b"m", many[:3])], payer)

    small = bytes(rec.sign([transfer(payer, BOB, 10)], [payer]))
    legacy = small[65:]  # the message

    def mangled(name: str, message: bytes) -> None:
        signature = payer.sign_message(message)
        wire = base64.b64encode(b"\1" + bytes(signature) + message).decode()
        rec.names.add(wire, f"<{name}, base64>")
        rec.read(name, "sendTransaction", wire, config)

    mangled("program index out of range", legacy[:-17] + bytes([99]) + legacy[-16:])
    mangled("account index out of range", legacy[:-14] + bytes([99]) + legacy[-13:])
    mangled("header asks for more signers", bytes([5]) + legacy[1:])
    mangled("all signers read-only", bytes([1, 1]) + legacy[2:])
    mangled("no signers", bytes([0]) + legacy[1:])
    mangled("message cut short", legacy[:-5])
    mangled("message of version 1", bytes([0x81]) + legacy)
    mangled("message of version 5", bytes([0x85]) + legacy)
    duplicate = bytearray(legacy)
    duplicate[4 + 32 : 4 + 64] = duplicate[4 : 4 + 32]
    mangled("one account twice", bytes(duplicate))
    odd, amounts = KEYS["odder payer"], iter(range(1, 1_000))

    def small_wire() -> bytes:
        """A good transaction, another one each time."""
        tx = rec.sign([transfer(odd, odd, next(amounts))], [odd])
        rec.names.add(encode(tx), "<small, base64>"), rec.names.add(base58(bytes(tx)), "<small, base58>")
        rec.names.add(tx.signatures[0], "<signature of small>")
        return bytes(tx)

    def good() -> str:
        return base64.b64encode(small_wire()).decode()

    unpadded = good().rstrip("=") + "A"
    rec.names.add(unpadded, "<small, badly padded base64>")
    for name, params in {
        "nothing at all": [],
        "number for a transaction": [1],
        "empty text": [""],
        "empty text in base64": ["", {"encoding": "base64"}],
        "base64 taken for base58": ["AQ+/AQAB"],
        "not base64": ["$$$", {"encoding": "base64"}],
        "base64 badly padded": [unpadded, {"encoding": "base64"}],
        "trailing bytes": [base64.b64encode(b"\0" * 70).decode(), {"encoding": "base64"}],
        "unknown encoding": [good(), {"encoding": "hex"}],
        "encoding jsonParsed": [good(), {"encoding": "jsonParsed"}],
        "encoding base64+zstd": [good(), {"encoding": "base64+zstd"}],
        "unknown option": [good(), {"encoding": "base64", "unknown": 1, "skipPreflight": True}],
        "options null": [base58(small_wire()), None],
        "skipPreflight as text": [good(), {"encoding": "base64", "skipPreflight": "yes"}],
        "maxRetries negative": [good(), {"encoding": "base64", "maxRetries": -1}],
        "unknown preflightCommitment": [good(), {"encoding": "base64", "preflightCommitment": "max"}],
        "minContextSlot ahead": [good(), {"encoding": "base64", "minContextSlot": 1 << 40}],
        "text far too long in base58": ["1" * 2_000],
        "text far too long in base64": ["A" * 2_000, {"encoding": "base64"}],
    }.items():
        rec.read(name, "sendTransaction", *params)
