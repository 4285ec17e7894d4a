"""Functions that read the chain, as far as they are written in the language itself."""

from seahorse.prelude.values import *


def entry(at: u64) -> bytes:
    """An entry of SlotHashes: the slot, and its hash. The newest comes first, behind the number of entries."""
    return slot_hashes_part(8 + at * 40, 40)


def slot_hash(slot: u64) -> Optional[bytes]:
    """The hash of a slot; None when it is not among the last 512 that have one."""
    low: u64 = 0
    high = u64.from_bytes(slot_hashes_part(0, 8), "little")
    while low < high:
        middle = (low + high) // 2
        found = entry(middle)
        number = u64.from_bytes(found[:8], "little")
        if number == slot:
            return found[8:]
        if number > slot:
            low = middle + 1
        else:
            high = middle
    return None


# --- signatures that instructions of the transaction had verified ---

WITHIN = 0xFFFF


def number(data: bytes, at: u64) -> u64:
    """Two bytes as a number; 0 behind the end, where no offset of use lies."""
    if at + 2 > len(data):
        return 0
    return u64(data[at]) | u64(data[at + 1]) << 8


def instruction_at(data: bytes, index: u64) -> Tuple[bytes, bytes]:
    """The program and the data of an instruction in the instructions sysvar."""
    at = number(data, 2 + 2 * index)
    at += 2 + number(data, at) * 33
    size = number(data, at + 32)
    return (data[at : at + 32], data[at + 34 : at + 34 + size])


def verified(data: bytes, program: bytes, key: bytes, message: bytes) -> bool:
    """Whether an instruction of the transaction had a program verify that `key` signed `message`; all lies within it.

    Such a program fails the transaction when a signature is wrong, wherever its instruction stands.
    """
    for index in range(number(data, 0)):
        called, given = instruction_at(data, index)
        if called == program and len(given) > 0:
            for i in range(u64(given[0])):
                at = 2 + i * 14
                own = number(given, at + 2) == WITHIN or number(given, at + 2) == index
                own = own and (number(given, at + 6) == WITHIN or number(given, at + 6) == index)
                own = own and (number(given, at + 12) == WITHIN or number(given, at + 12) == index)
                start, text = number(given, at + 4), number(given, at + 8)
                same = given[start : start + len(key)] == key
                if own and same and given[text : text + number(given, at + 10)] == message:
                    return True
    return False


def ed25519_verified(data: bytes, key: Pubkey, message: bytes) -> bool:
    return verified(data, Pubkey("Ed25519SigVerify111111111111111111111111111").to_bytes(), key.to_bytes(), message)


def secp256r1_verified(data: bytes, key: bytes, message: bytes) -> bool:
    program = Pubkey("Secp256r1SigVerify1111111111111111111111111").to_bytes()
    return len(key) == 33 and verified(data, program, key, message)


def secp256k1_verified(data: bytes, address: bytes, message: bytes) -> bool:
    """`address`: the last 20 bytes of the keccak256 of the public key, as Ethereum has it."""
    program = Pubkey("KeccakSecp256k11111111111111111111111111111").to_bytes()
    for index in range(number(data, 0)):
        called, given = instruction_at(data, index)
        if called == program and len(given) > 0 and len(address) == 20:
            for i in range(u64(given[0])):
                at = 1 + i * 11
                if at + 11 <= len(given):
                    own = given[at + 2] == index and given[at + 5] == index and given[at + 10] == index
                    start, text = number(given, at + 3), number(given, at + 6)
                    same = given[start : start + 20] == address
                    if own and same and given[text : text + number(given, at + 8)] == message:
                        return True
    return False
