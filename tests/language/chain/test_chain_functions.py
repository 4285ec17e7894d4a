"""What a program asks of the chain: hashes and curves against published values, verified signatures, return data."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error

INSTRUCTIONS = Pubkey.from_string("Sysvar1nstructions1111111111111111111111111")
ED25519 = Pubkey.from_string("Ed25519SigVerify111111111111111111111111111")
SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@instruction
def keccak(data: bytes) -> bytes:
    return keccak256(data)

@instruction
def blake(data: bytes) -> bytes:
    return blake3(data)

@instruction
def counted(n: u32) -> bytes:
    return blake3(bytes([u8(i % 251) for i in range(n)]))

@instruction
def posed(inputs: List[bytes]) -> bytes:
    return poseidon(inputs)

@instruction
def recovered(hash: bytes, recovery_id: u8, signature: bytes) -> bytes:
    return keccak256(secp256k1_recover(hash, recovery_id, signature))[12:]

@instruction
def doubled(point: bytes, scalar: bytes) -> bool:
    assert alt_bn128_multiplication(point + scalar)[:32] != point[:32], 'the same point'
    return alt_bn128_addition(point + point) == alt_bn128_multiplication(point + scalar)

@instruction
def paired(pairs: bytes) -> bool:
    log_compute_units()
    return alt_bn128_pairing(pairs)

@instruction
def signed(instructions: UncheckedAccount, key: Pubkey, message: bytes) -> bool:
    return ed25519_verified(instructions, key, message)

@instruction
def signed_otherwise(instructions: UncheckedAccount, key: bytes, message: bytes) -> Tuple[bool, bool]:
    return secp256r1_verified(instructions, key, message), secp256k1_verified(instructions, key[:20], message)

@instruction
def told(n: u64) -> u64:
    return n * 2

@instruction
def asked(program: Program, n: u64) -> bytes:
    assert return_data() is None, 'nothing was called yet'
    program.invoke(accounts=[], data=[*TOLD] + int_bytes(n))
    found = return_data()
    if found is None:
        return b''
    return found[0].to_bytes() + found[1]

@instruction
def left(n: u64):
    first = compute_units_left()
    for i in range(n):
        print(i)
    second = compute_units_left()
    assert 1_390_000 < first < 1_400_000
    assert first - second >= 100, 'a question costs 100'
    assert n or first - second < 200

@instruction
def while_they_last(most: u64, reserve: u64) -> bool:
    done = u64(0)
    while done < most and compute_units_left() > reserve:
        done += 1
    return done == most or 500 < done <= 1000

@instruction
def known(slot: u64) -> Optional[bytes]:
    return slot_hash(slot)
""".replace("[*TOLD]", "list(TOLD)").replace(
    "\n@instruction\ndef keccak(", "\nTOLD = b'DISCRIMINATOR'\n\n@instruction\ndef keccak(", 1
)


@pytest.fixture(scope="module")
def program() -> DeployedProgram:
    discriminator = "".join(f"\\x{b:02x}" for b in sha256(b"global:told").digest()[:8])
    return Ledger().deploy_text(SOURCE.replace("DISCRIMINATOR", discriminator))


def test_keccak256(program: DeployedProgram) -> None:
    for data, digest in (
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ):
        assert bytes(program.call("keccak", data=data).value).hex() == digest


def test_blake3_of_one_block_and_of_trees(program: DeployedProgram) -> None:
    """The published vectors: byte i of the input is i % 251."""
    abc = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
    assert bytes(program.call("blake", data=b"abc").value).hex() == abc
    for size, digest in (
        (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
        (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
        (2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"),
    ):
        assert bytes(program.call("counted", n=size).value).hex() == digest


def test_compute_units_are_told(program: DeployedProgram) -> None:
    """The VM counts what a loop takes too; CPython counts the questions alone."""
    program.call("left", n=0)
    program.call("left", n=50)
    assert program.call("while_they_last", most=7, reserve=0).value
    assert program.call("while_they_last", most=5_000, reserve=1_300_000).value


def test_poseidon(program: DeployedProgram) -> None:
    """The value that Solana's own documentation of the syscall shows."""
    ones_and_twos = program.call("posed", inputs=[bytes([1]) * 32, bytes([2]) * 32]).value
    assert bytes(ones_and_twos).hex() == "0d54e1938f8a8c1c7deb5e0355f26319207b84fe9ca2ce1b26e735c829821990"
    for refused in ([], [b"\xff" * 32], [b"\x01" * 33]):
        with expect_error("InvalidArgument"):
            program.call("posed", inputs=refused)


def test_a_public_key_is_recovered(program: DeployedProgram) -> None:
    """Ethereum's own test of its precompiled contract."""
    digest = bytes.fromhex("18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c")
    r = "73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f"
    s = "eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549"
    signature = bytes.fromhex(r + s)
    address = program.call("recovered", hash=digest, recovery_id=1, signature=signature).value
    assert bytes(address).hex() == "a94f5374fce5edbc8e2a8697c15331677e6ebf0b"
    for bad in ({"hash": digest[:31]}, {"signature": signature[:63]}, {"recovery_id": 4}, {"signature": b"\xff" * 64}):
        with expect_error("InvalidArgument"):
            program.call("recovered", **({"hash": digest, "recovery_id": 1, "signature": signature} | bad))


P = 21888242871839275222246405745257275088696311157297823662689037894645226208583
ONE = (1).to_bytes(32, "big") + (2).to_bytes(32, "big")
MINUS_ONE = (1).to_bytes(32, "big") + (P - 2).to_bytes(32, "big")
G2 = bytes.fromhex(
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
)


def test_the_curve_of_zero_knowledge_proofs(program: DeployedProgram) -> None:
    assert program.call("doubled", point=ONE, scalar=(2).to_bytes(32, "big")).value is True
    assert program.call("doubled", point=ONE, scalar=(3).to_bytes(32, "big")).value is False
    assert program.call("paired", pairs=ONE + G2 + MINUS_ONE + G2).value is True
    assert program.call("paired", pairs=ONE + G2).value is False
    with expect_error("InvalidArgument"):
        program.call("paired", pairs=(1).to_bytes(32, "big") * 2 + G2)


def verification(*parts: tuple[Keypair, bytes], other: int = 0xFFFF) -> Instruction:
    """An instruction of the Ed25519 program, with its offsets, keys, signatures and messages."""
    data, tail = bytearray([len(parts), 0]), bytearray()
    start = 2 + 14 * len(parts)
    for signer, message in parts:
        at = start + len(tail)
        tail += bytes(signer.pubkey()) + bytes(signer.sign_message(message)) + message
        for number in (at + 32, 0xFFFF, at, 0xFFFF, at + 96, len(message), other):
            data += number.to_bytes(2, "little")
    return Instruction(ED25519, bytes(data + tail), [])


def test_a_signature_that_an_instruction_verified() -> None:
    ledger = Ledger()
    program = ledger.deploy_text(SOURCE)
    one, two, message = Keypair(), Keypair(), b"pay 5 to Bob"

    def asks(key: Pubkey, text: bytes, *before: Instruction, account: Any = INSTRUCTIONS) -> Any:
        call = program.prepare("signed", instructions=account, key=key, message=text)
        return ledger.send(*before, call).value

    both = verification((two, b"other"), (one, message))
    assert asks(one.pubkey(), message, both) is True
    assert asks(two.pubkey(), b"other", both) is True
    assert asks(two.pubkey(), message, both) is False
    assert asks(one.pubkey(), message + b"!", both) is False
    assert asks(one.pubkey(), message) is False
    with expect_error("InvalidArgument"):
        asks(one.pubkey(), message, both, account=one.pubkey())


def test_other_curves_find_nothing_where_nothing_was_verified(program: DeployedProgram) -> None:
    found = program.call("signed_otherwise", instructions=INSTRUCTIONS, key=b"\x02" * 33, message=b"m").value
    assert list(found) == [False, False]


def test_what_a_call_returned(program: DeployedProgram) -> None:
    address = program.address_on_ledger
    found = bytes(program.call("asked", program=address, n=21).value)
    assert found == bytes(address) + (42).to_bytes(8, "little")


def test_the_hash_of_a_slot() -> None:
    ledger = Ledger()
    program = ledger.deploy_text(SOURCE)
    hashes = {slot: Hash(bytes([slot % 256]) * 32) for slot in range(900, 400, -3)}
    ledger._engine._svm.set_slot_hashes(list(hashes.items()))
    for slot in (0, 399, 402, 403, 405, 650, 651, 652, 899, 900, 901, 1 << 60):
        found = program.call("known", slot=slot).value
        assert (None if found is None else bytes(found)) == (bytes(hashes[slot]) if slot in hashes else None), slot
