"""Sending, simulating and looking up transactions, and everything that can be wrong with one."""

import base64
import struct
from collections.abc import Callable
from typing import Any

import pytest
from solders.compute_budget import (
    set_compute_unit_limit,
    set_compute_unit_price,
    set_loaded_accounts_data_size_limit,
)
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import (
    AdvanceNonceAccountParams,
    TransferParams,
    advance_nonce_account,
    create_nonce_account,
    transfer,
)
from solders.transaction import VersionedTransaction
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc, RpcFailure, encoded

SYSTEM = Pubkey.default()
LOOKUP_TABLE = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")


def payment(payer: Keypair, to: Pubkey, lamports: int) -> Instruction:
    return transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=lamports))


def refused(rpc: Rpc, tx: VersionedTransaction, **config: Any) -> RpcFailure:
    with pytest.raises(RpcFailure) as caught:
        rpc.submit(tx, **config)
    return caught.value


def test_transfer_pays_fee_and_moves_lamports(rpc: Rpc) -> None:
    payer, to = rpc.funded(10**9), Keypair().pubkey()
    signature = rpc.run([payment(payer, to, 10**7)], payer)
    assert rpc.value("getBalance", str(to)) == 10**7
    assert rpc.value("getBalance", str(payer.pubkey())) == 10**9 - 10**7 - 5000
    status = rpc.value("getSignatureStatuses", [signature, str(Signature.new_unique())])
    assert status[0]["confirmationStatus"] == "finalized"
    assert status[0]["err"] is None
    assert status[1] is None
    meta = rpc("getTransaction", signature)["meta"]
    assert meta["fee"] == 5000
    assert meta["preBalances"][:2] == [10**9, 0]
    assert meta["postBalances"][:2] == [10**9 - 10**7 - 5000, 10**7]
    assert meta["computeUnitsConsumed"] == 150


def test_priority_fee_is_charged_and_foretold(rpc: Rpc) -> None:
    payer = rpc.funded(10**9)
    budget = [set_compute_unit_limit(10_000), set_compute_unit_price(2_000_000)]
    tx = rpc.build([*budget, payment(payer, payer.pubkey(), 1)], payer)
    foretold = rpc.value("getFeeForMessage", base64.b64encode(bytes(tx.message)).decode())
    assert foretold == 5_000 + 20_000
    signature = rpc.submit(tx)
    assert rpc("getTransaction", signature)["meta"]["fee"] == foretold
    assert rpc.value("getBalance", str(payer.pubkey())) == 10**9 - foretold


def test_fee_of_a_message_with_a_foreign_blockhash_is_unknown(rpc: Rpc) -> None:
    payer = Keypair()
    message = Message.new_with_blockhash([payment(payer, payer.pubkey(), 1)], payer.pubkey(), Hash.new_unique())
    assert rpc.value("getFeeForMessage", base64.b64encode(bytes(message)).decode()) is None


def test_the_same_transaction_lands_once(rpc: Rpc) -> None:
    payer, to = rpc.funded(), Keypair().pubkey()
    tx = rpc.build([payment(payer, to, 10**7)], payer)
    rpc.submit(tx)
    error = refused(rpc, tx)
    assert error.code == -32002
    assert error.data["err"] == "AlreadyProcessed"
    # Without a preflight a validator takes the copy and drops it.
    rpc.submit(tx, skipPreflight=True)
    assert rpc.value("getBalance", str(to)) == 10**7


def test_failed_preflight_costs_nothing_and_leaves_no_trace(rpc: Rpc) -> None:
    payer = rpc.funded(10**9)
    tx = rpc.build([payment(payer, Keypair().pubkey(), 10**12)], payer)
    error = refused(rpc, tx)
    assert error.code == -32002
    assert error.message == "Transaction simulation failed: Error processing Instruction 0: custom program error: 0x1"
    assert error.data["err"] == {"InstructionError": [0, {"Custom": 1}]}
    assert any("insufficient lamports" in line for line in error.data["logs"])
    assert error.data["unitsConsumed"] == 150
    assert rpc.value("getBalance", str(payer.pubkey())) == 10**9
    assert rpc("getTransaction", str(tx.signatures[0])) is None


def test_failure_without_preflight_lands_and_pays(rpc: Rpc) -> None:
    payer = rpc.funded(10**9)
    tx = rpc.build([payment(payer, Keypair().pubkey(), 10**12)], payer)
    signature = rpc.submit(tx, skipPreflight=True)
    status = rpc.value("getSignatureStatuses", [signature])[0]
    assert status["err"] == {"InstructionError": [0, {"Custom": 1}]}
    assert status["status"] == {"Err": status["err"]}
    assert rpc.value("getBalance", str(payer.pubkey())) == 10**9 - 5000
    assert rpc("getTransaction", signature)["meta"]["err"] == status["err"]


@pytest.mark.parametrize("skip", [False, True])
def test_a_payer_without_money_never_lands(rpc: Rpc, skip: bool) -> None:
    payer = Keypair()
    tx = rpc.build([payment(payer, payer.pubkey(), 0)], payer)
    if skip:
        assert rpc.submit(tx, skipPreflight=True) == str(tx.signatures[0])
    else:
        assert refused(rpc, tx).data["err"] == "AccountNotFound"
    assert rpc("getTransaction", str(tx.signatures[0])) is None


def test_unknown_blockhash(rpc: Rpc) -> None:
    payer = rpc.funded()
    message = Message.new_with_blockhash([payment(payer, payer.pubkey(), 1)], payer.pubkey(), Hash.new_unique())
    error = refused(rpc, VersionedTransaction(message, [payer]))
    assert error.message == "Transaction simulation failed: Blockhash not found"
    assert error.data["err"] == "BlockhashNotFound"


def test_wrong_signature(rpc: Rpc) -> None:
    payer = rpc.funded()
    tx = rpc.build([payment(payer, payer.pubkey(), 1)], payer)
    forged = VersionedTransaction.populate(tx.message, [Signature.new_unique()])
    error = refused(rpc, forged)
    assert error.code == -32002
    assert error.data["err"] == "SignatureFailure"
    # Without preflight a validator answers the signature, and the transaction never lands.
    assert rpc.submit(forged, skipPreflight=True) == str(forged.signatures[0])
    assert rpc.value("getSignatureStatuses", [str(forged.signatures[0])]) == [None]


def test_missing_signature_is_no_transaction(rpc: Rpc) -> None:
    payer, other = rpc.funded(), Keypair()
    tx = rpc.build([payment(payer, payer.pubkey(), 1), payment(other, payer.pubkey(), 1)], payer, other)
    short = VersionedTransaction.populate(tx.message, tx.signatures[:1])
    assert refused(rpc, short).code == -32602


def test_base58_is_the_default_encoding(rpc: Rpc) -> None:
    from solana_localnet.codec import base58

    payer = rpc.funded()
    tx = rpc.build([payment(payer, payer.pubkey(), 1)], payer)
    signature = rpc("sendTransaction", base58.encode(bytes(tx)))
    found = rpc("getTransaction", signature, {"encoding": "base58"})
    assert found["transaction"] == [base58.encode(bytes(tx)), "base58"]
    assert rpc("getTransaction", signature, {"encoding": "binary"})["transaction"] == base58.encode(bytes(tx))


def test_parsed_transaction_with_memo_and_inner_instructions(rpc: Rpc) -> None:
    payer, owner = rpc.funded(), Keypair().pubkey()
    mint = make_mint(rpc, payer)
    create = create_associated(payer.pubkey(), owner, mint)
    memo = Instruction(MEMO, "Grüße".encode(), [])
    signature = rpc.run([create, memo], payer)
    parsed = rpc("getTransaction", signature, {"encoding": "jsonParsed", "maxSupportedTransactionVersion": 0})
    assert parsed["version"] == "legacy"
    outer = parsed["transaction"]["message"]["instructions"]
    assert outer[0]["program"] == "spl-associated-token-account"
    assert outer[0]["parsed"]["type"] == "create"
    assert outer[0]["parsed"]["info"]["wallet"] == str(owner)
    assert outer[1]["parsed"] == "Grüße"
    inner = parsed["meta"]["innerInstructions"][0]
    assert inner["index"] == 0
    kinds = [item["parsed"]["type"] for item in inner["instructions"]]
    assert kinds == ["getAccountDataSize", "createAccount", "initializeImmutableOwner", "initializeAccount3"]
    assert {item["stackHeight"] for item in inner["instructions"]} == {2}
    row = rpc("getSignaturesForAddress", str(owner))[0]
    assert row["signature"] == signature
    assert row["memo"] == "[7] Grüße"


TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ASSOCIATED = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")


def make_mint(rpc: Rpc, authority: Keypair, decimals: int = 9) -> Pubkey:
    from solders.system_program import CreateAccountParams, create_account

    mint = Keypair()
    create = create_account(
        CreateAccountParams(
            from_pubkey=authority.pubkey(),
            to_pubkey=mint.pubkey(),
            lamports=rpc("getMinimumBalanceForRentExemption", 82),
            space=82,
            owner=TOKEN,
        )
    )
    data = bytes([20, decimals]) + bytes(authority.pubkey()) + b"\0"
    rpc.run([create, Instruction(TOKEN, data, [AccountMeta(mint.pubkey(), False, True)])], authority, mint)
    return mint.pubkey()


def associated(owner: Pubkey, mint: Pubkey) -> Pubkey:
    return Pubkey.find_program_address([bytes(owner), bytes(TOKEN), bytes(mint)], ASSOCIATED)[0]


def create_associated(payer: Pubkey, owner: Pubkey, mint: Pubkey) -> Instruction:
    accounts = [
        AccountMeta(payer, True, True),
        AccountMeta(associated(owner, mint), False, True),
        AccountMeta(owner, False, False),
        AccountMeta(mint, False, False),
        AccountMeta(SYSTEM, False, False),
        AccountMeta(TOKEN, False, False),
    ]
    return Instruction(ASSOCIATED, b"", accounts)


def mint_to(mint: Pubkey, to: Pubkey, authority: Pubkey, amount: int) -> Instruction:
    accounts = [AccountMeta(mint, False, True), AccountMeta(to, False, True), AccountMeta(authority, True, False)]
    return Instruction(TOKEN, struct.pack("<BQ", 7, amount), accounts)


def test_token_balances_before_and_after(rpc: Rpc) -> None:
    payer, owner = rpc.funded(), Keypair().pubkey()
    mint = make_mint(rpc, payer)
    holding = associated(owner, mint)
    rpc.run([create_associated(payer.pubkey(), owner, mint)], payer)
    signature = rpc.run([mint_to(mint, holding, payer.pubkey(), 1_500_000_000)], payer)
    meta = rpc("getTransaction", signature)["meta"]
    before, after = meta["preTokenBalances"][0], meta["postTokenBalances"][0]
    assert (before["uiTokenAmount"]["amount"], after["uiTokenAmount"]["amount"]) == ("0", "1500000000")
    assert after["uiTokenAmount"] == {
        "uiAmount": 1.5,
        "decimals": 9,
        "amount": "1500000000",
        "uiAmountString": "1.5",
    }
    assert (after["mint"], after["owner"], after["programId"]) == (str(mint), str(owner), str(TOKEN))
    assert rpc.value("getTokenAccountBalance", str(holding))["uiAmountString"] == "1.5"
    assert rpc.value("getTokenSupply", str(mint))["amount"] == "1500000000"
    assert rpc.value("getTokenLargestAccounts", str(mint))[0]["address"] == str(holding)
    for selector in ({"mint": str(mint)}, {"programId": str(TOKEN)}):
        rows = rpc.value("getTokenAccountsByOwner", str(owner), selector, {"encoding": "jsonParsed"})
        assert rows[0]["pubkey"] == str(holding)
        assert rows[0]["account"]["data"]["parsed"]["info"]["tokenAmount"]["uiAmountString"] == "1.5"
    assert rpc.value("getTokenAccountsByDelegate", str(owner), {"programId": str(TOKEN)}) == []


def test_signatures_for_an_address_page_by_page(rpc: Rpc) -> None:
    payer, to = rpc.funded(), Keypair().pubkey()
    sent = [rpc.run([payment(payer, to, 10**6 + i)], payer) for i in range(5)]
    rows = [row["signature"] for row in rpc("getSignaturesForAddress", str(to))]
    assert rows == sent[::-1]
    page = rpc("getSignaturesForAddress", str(to), {"limit": 2})
    assert [row["signature"] for row in page] == sent[:2:-1]
    page = rpc("getSignaturesForAddress", str(to), {"limit": 2, "before": sent[3]})
    assert [row["signature"] for row in page] == [sent[2], sent[1]]
    page = rpc("getSignaturesForAddress", str(to), {"until": sent[2]})
    assert [row["signature"] for row in page] == [sent[4], sent[3]]


def test_simulation_returns_accounts_and_changes_nothing(rpc: Rpc) -> None:
    payer, to = rpc.funded(10**9), Keypair().pubkey()
    tx = rpc.build([payment(payer, to, 10**7)], payer)
    accounts = {"encoding": "base64", "addresses": [str(to), str(payer.pubkey())]}
    config = {"encoding": "base64", "accounts": accounts, "sigVerify": True, "innerInstructions": True}
    value = rpc.value("simulateTransaction", encoded(tx), config)
    assert value["err"] is None
    assert [account["lamports"] for account in value["accounts"]] == [10**7, 10**9 - 10**7 - 5000]
    assert value["unitsConsumed"] == 150
    assert value["innerInstructions"] == []
    assert rpc.value("getBalance", str(to)) == 0
    rpc.submit(tx)


@pytest.mark.parametrize("reason", ["AccountNotFound", "ProgramAccountNotFound", "MaxLoadedAccountsDataSizeExceeded"])
def test_what_did_not_run_has_no_inner_instructions_and_reads_no_address(rpc: Rpc, reason: str) -> None:
    payer = Keypair() if reason == "AccountNotFound" else rpc.funded()
    program = Pubkey.new_unique() if reason == "ProgramAccountNotFound" else payer.pubkey()
    instructions = {
        "AccountNotFound": [payment(payer, payer.pubkey(), 1)],
        "ProgramAccountNotFound": [Instruction(program, b"", [])],
        "MaxLoadedAccountsDataSizeExceeded": [set_loaded_accounts_data_size_limit(1), payment(payer, program, 1)],
    }
    accounts = {"encoding": "base64", "addresses": ["nobody's address"]}
    config = {"encoding": "base64", "innerInstructions": True, "accounts": accounts}
    value = rpc.value("simulateTransaction", encoded(rpc.build(instructions[reason], payer)), config)
    assert value["err"] == reason
    assert (value["innerInstructions"], value["accounts"]) == (None, [None])


def test_simulation_without_signatures_and_with_a_fresh_blockhash(rpc: Rpc) -> None:
    payer = rpc.funded()
    message = Message.new_with_blockhash([payment(payer, payer.pubkey(), 1)], payer.pubkey(), Hash.new_unique())
    unsigned = encoded(VersionedTransaction.populate(message, [Signature.default()]))
    assert rpc.value("simulateTransaction", unsigned, {"encoding": "base64"})["err"] == "BlockhashNotFound"
    value = rpc.value("simulateTransaction", unsigned, {"encoding": "base64", "replaceRecentBlockhash": True})
    assert value["err"] is None
    assert value["replacementBlockhash"]["lastValidBlockHeight"] > 150
    both = {"encoding": "base64", "replaceRecentBlockhash": True, "sigVerify": True}
    with pytest.raises(RpcFailure, match="sigVerify may not be used with replaceRecentBlockhash"):
        rpc("simulateTransaction", unsigned, both)
    fresh = Message.new_with_blockhash([payment(payer, payer.pubkey(), 1)], payer.pubkey(), rpc.blockhash())
    forged = encoded(VersionedTransaction.populate(fresh, [Signature.new_unique()]))
    checked = rpc.value("simulateTransaction", forged, {"encoding": "base64", "sigVerify": True})
    assert checked["err"] == "SignatureFailure"
    # The check is off again for the next caller who does not want it, and on for the next who sends.
    assert rpc.value("simulateTransaction", forged, {"encoding": "base64"})["err"] is None
    assert refused(rpc, VersionedTransaction.populate(fresh, [Signature.new_unique()])).code == -32002


def test_failed_simulation_reports_the_error_in_the_value(rpc: Rpc) -> None:
    payer = rpc.funded()
    program = loader.deploy(rpc, payer, tiny_program.returning(7))
    tx = rpc.build([Instruction(program, b"", [])], payer)
    value = rpc.value("simulateTransaction", encoded(tx), {"encoding": "base64"})
    assert value["err"] == {"InstructionError": [0, {"Custom": 7}]}
    assert value["logs"][-1] == f"Program {program} failed: custom program error: 0x7"


def make_lookup_table(rpc: Rpc, payer: Keypair, addresses: list[Pubkey], next_slot: Callable[[Rpc], int]) -> Pubkey:
    next_slot(rpc)
    recent = rpc("getSlot") - 1
    seeds = [bytes(payer.pubkey()), recent.to_bytes(8, "little")]
    table, bump = Pubkey.find_program_address(seeds, LOOKUP_TABLE)
    accounts = [
        AccountMeta(table, False, True),
        AccountMeta(payer.pubkey(), True, False),
        AccountMeta(payer.pubkey(), True, True),
        AccountMeta(SYSTEM, False, False),
    ]
    create = Instruction(LOOKUP_TABLE, struct.pack("<IQB", 0, recent, bump), accounts)
    data = struct.pack("<IQ", 2, len(addresses)) + b"".join(map(bytes, addresses))
    rpc.run([create, Instruction(LOOKUP_TABLE, data, accounts)], payer)
    next_slot(rpc)
    return table


def test_versioned_transaction_with_a_lookup_table(rpc: Rpc, next_slot: Callable[[Rpc], int]) -> None:
    from solders.address_lookup_table_account import AddressLookupTableAccount

    payer, to = rpc.funded(), Keypair().pubkey()
    table = make_lookup_table(rpc, payer, [to], next_slot)
    known = AddressLookupTableAccount(table, [to])
    message = MessageV0.try_compile(payer.pubkey(), [payment(payer, to, 10**7)], [known], rpc.blockhash())
    signature = rpc.submit(VersionedTransaction(message, [payer]))
    assert rpc.value("getBalance", str(to)) == 10**7
    with pytest.raises(RpcFailure) as caught:
        rpc("getTransaction", signature)
    assert caught.value.code == -32015
    found = rpc("getTransaction", signature, {"maxSupportedTransactionVersion": 0})
    assert found["version"] == 0
    assert found["meta"]["loadedAddresses"] == {"writable": [str(to)], "readonly": []}
    assert found["transaction"]["message"]["addressTableLookups"][0]["accountKey"] == str(table)
    assert found["meta"]["postBalances"][-1] == 10**7
    assert rpc("getSignaturesForAddress", str(to))[0]["signature"] == signature
    parsed = rpc("getTransaction", signature, {"maxSupportedTransactionVersion": 0, "encoding": "jsonParsed"})
    sources = [key["source"] for key in parsed["transaction"]["message"]["accountKeys"]]
    assert sources[-1] == "lookupTable"
    info = rpc.value("getAccountInfo", str(table), {"encoding": "jsonParsed"})["data"]
    assert info["parsed"]["info"]["addresses"] == [str(to)]


def test_unknown_lookup_table(rpc: Rpc) -> None:
    from solders.address_lookup_table_account import AddressLookupTableAccount

    payer, to = rpc.funded(), Keypair().pubkey()
    ghost = AddressLookupTableAccount(Pubkey.new_unique(), [to])
    message = MessageV0.try_compile(payer.pubkey(), [payment(payer, to, 10**7)], [ghost], rpc.blockhash())
    error = refused(rpc, VersionedTransaction(message, [payer]))
    assert error.code == -32602
    assert error.message == "invalid transaction: Transaction loads an address table account that doesn't exist"


def test_durable_nonce_lives_beyond_blockhashes_and_is_used_up(rpc: Rpc, next_slot: Callable[[Rpc], int]) -> None:
    payer, nonce, to = rpc.funded(), Keypair(), Keypair().pubkey()
    rent = rpc("getMinimumBalanceForRentExemption", 80)
    rpc.run(list(create_nonce_account(payer.pubkey(), nonce.pubkey(), payer.pubkey(), rent)), payer, nonce)
    info = rpc.value("getAccountInfo", str(nonce.pubkey()), {"encoding": "jsonParsed"})["data"]
    assert info["program"] == "nonce"
    value = Hash.from_string(info["parsed"]["info"]["blockhash"])
    advance = advance_nonce_account(
        AdvanceNonceAccountParams(nonce_pubkey=nonce.pubkey(), authorized_pubkey=payer.pubkey())
    )

    def with_nonce(amount: int) -> VersionedTransaction:
        message = Message.new_with_blockhash([advance, payment(payer, to, amount)], payer.pubkey(), value)
        return VersionedTransaction(message, [payer])

    assert not rpc.value("isBlockhashValid", str(value))
    with_the_nonce = with_nonce(10**7)
    assert rpc.value("getFeeForMessage", base64.b64encode(bytes(with_the_nonce.message)).decode()) == 5_000
    # A nonce advances once per block.
    next_slot(rpc)
    rpc.submit(with_the_nonce)
    assert refused(rpc, with_nonce(10**6)).data["err"] == "BlockhashNotFound"
    next_slot(rpc)
    renewed = rpc.value("getAccountInfo", str(nonce.pubkey()), {"encoding": "jsonParsed"})["data"]
    value = Hash.from_string(renewed["parsed"]["info"]["blockhash"])
    # A transaction that fails uses its nonce up as well, or it could be charged again and again.
    failing = with_nonce(10**15)
    rpc.submit(failing, skipPreflight=True)
    assert rpc.value("getSignatureStatuses", [str(failing.signatures[0])])[0]["err"] is not None
    balance = rpc.value("getBalance", str(payer.pubkey()))
    rpc.submit(failing, skipPreflight=True)
    assert rpc.value("getBalance", str(payer.pubkey())) == balance


def test_return_data(rpc: Rpc) -> None:
    payer = rpc.funded()
    # r1 = the address of the read-only data (0), r2 = its length.
    text = tiny_program.instruction(0x18, 1) + tiny_program.instruction(0) + tiny_program.move(2, 4)
    code = tiny_program.elf(
        text + tiny_program.syscall("sol_set_return_data") + tiny_program.move(0, 0) + tiny_program.EXIT, b"data"
    )
    program = loader.deploy(rpc, payer, code)
    tx = rpc.build([Instruction(program, b"", [])], payer)
    wanted = {"programId": str(program), "data": [base64.b64encode(b"data").decode(), "base64"]}
    assert rpc.value("simulateTransaction", encoded(tx), {"encoding": "base64"})["returnData"] == wanted
    assert rpc("getTransaction", rpc.submit(tx))["meta"]["returnData"] == wanted
