"""The last signature: whatever is changed in a prepared transaction is refused, and nothing is signed then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction

from gridtokenx.chain.signing.cosign import MessageDiffers, NotATransaction, SignatureWrong, cosign, differences
from gridtokenx.chain.signing.prepare import Prepared, TransactionTooLarge, build

SPONSOR, USER, THIEF = (Keypair.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
PROGRAM, OTHER = (Pubkey.from_bytes(bytes([number]) * 32) for number in (8, 9))


def call(program: Pubkey = PROGRAM, data: bytes = b"order", signer: bool = True, writable: bool = True) -> Instruction:
    metas = [
        AccountMeta(SPONSOR.pubkey(), is_signer=True, is_writable=True),
        AccountMeta(USER.pubkey(), is_signer=signer, is_writable=False),
        AccountMeta(OTHER, is_signer=False, is_writable=writable),
    ]
    return Instruction(program, data, metas)


PREPARED = build([call(), call(data=b"second")], SPONSOR.pubkey(), Hash.default(), 100)


def signed(message: Message, *keys: Keypair) -> bytes:
    needed = message.account_keys[: message.header.num_required_signatures]
    known = {pair.pubkey(): pair for pair in keys}
    signatures = [known[k].sign_message(bytes(message)) if k in known else Signature.default() for k in needed]
    return bytes(Transaction.populate(message, signatures))


GOOD = signed(PREPARED.decoded, USER)


def test_what_was_prepared_is_signed():
    done = Transaction.from_bytes(cosign(PREPARED, GOOD, [SPONSOR]))
    done.verify()
    assert bytes(done.message) == PREPARED.message


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place: int, change: int):
    changed = bytearray(GOOD)
    changed[place] ^= change
    # The sponsor's own place is empty: what stands there is replaced.
    if 1 <= place < 65:
        assert cosign(PREPARED, bytes(changed), [SPONSOR]) == cosign(PREPARED, GOOD, [SPONSOR])
        return
    with pytest.raises((NotATransaction, MessageDiffers, SignatureWrong)):
        cosign(PREPARED, bytes(changed), [SPONSOR])


@given(st.binary(max_size=1300))
def test_noise_is_no_transaction(noise: bytes):
    with pytest.raises((NotATransaction, MessageDiffers)):
        cosign(PREPARED, noise, [SPONSOR])


STEAL = transfer(TransferParams(from_pubkey=SPONSOR.pubkey(), to_pubkey=THIEF.pubkey(), lamports=10**9))
CHANGED = {
    "there are 3 instructions": [call(), call(data=b"second"), STEAL],
    "there are 1 instructions": [call()],
    "instruction 1 has other data": [call(data=b"other"), call(data=b"second")],
    f"instruction 1 calls {OTHER}": [call(program=OTHER), call(data=b"second")],
    "has other rights": [call(writable=False), call(data=b"second", writable=False)],
    "would not sign": [call(signer=False), call(data=b"second", signer=False)],
}


@pytest.mark.parametrize("words", CHANGED)
def test_a_difference_is_named(words: str):
    message = Message.new_with_blockhash(CHANGED[words], SPONSOR.pubkey(), Hash.default())
    assert any(words in told for told in differences(PREPARED.decoded, message))
    with pytest.raises(MessageDiffers):
        cosign(PREPARED, signed(message, USER), [SPONSOR])


def test_another_payer_and_another_blockhash_are_named():
    other = Message.new_with_blockhash([call(), call(data=b"second")], USER.pubkey(), Hash.new_unique())
    told = list(differences(PREPARED.decoded, other))
    assert any("fee payer" in one for one in told)
    assert any("blockhash" in one for one in told)


def test_a_missing_and_a_foreign_signature_are_told_apart():
    with pytest.raises(SignatureWrong, match="missing"):
        cosign(PREPARED, PREPARED.unsigned, [SPONSOR])
    forged = Transaction.populate(PREPARED.decoded, [Signature.default(), THIEF.sign_message(PREPARED.message)])
    with pytest.raises(SignatureWrong, match="not of this message"):
        cosign(PREPARED, bytes(forged), [SPONSOR])


def test_the_hash_names_the_content():
    assert PREPARED.hash == Prepared(PREPARED.message, 7).hash
    assert PREPARED.signers == (SPONSOR.pubkey(), USER.pubkey())


def test_what_does_not_fit_is_refused():
    with pytest.raises(TransactionTooLarge, match="1232"):
        build([call(data=bytes(1300))], SPONSOR.pubkey(), Hash.default(), 1)
