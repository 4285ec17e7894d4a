"""The last signature: what came back is compared with what was prepared, instruction by instruction, before we sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solders.instruction import CompiledInstruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction

from gridtokenx.chain.connection.client import Client, Receipt
from gridtokenx.chain.signing.prepare import TRANSACTION_BYTES, Prepared


class NotATransaction(ValueError):
    """Bytes that are no transaction."""


class MessageDiffers(ValueError):
    """The wallet signed another transaction than the prepared one. The message names the first difference."""


class SignatureWrong(ValueError):
    """A signature that is missing, or is not its key's."""


def decode(raw: bytes) -> Transaction:
    """The transaction in its wire form. Raises NotATransaction: also for trailing bytes, and for versioned ones."""
    if len(raw) > TRANSACTION_BYTES:
        raise NotATransaction(f"{len(raw)} bytes are no transaction, which has {TRANSACTION_BYTES} at most")
    try:
        decoded = Transaction.from_bytes(raw)
        again = bytes(decoded)
    except Exception as error:  # solders raises several kinds, and its panics are BaseException's own.
        raise NotATransaction(f"these bytes are no transaction: {error}") from None
    if again != raw:
        raise NotATransaction("these bytes are no transaction in the form that the network takes")
    return decoded


def differences(prepared: Message, returned: Message) -> Iterator[str]:
    """In what two messages differ: payer, blockhash, signers, then every instruction with its accounts and data."""
    ours, theirs = prepared.account_keys, returned.account_keys
    if theirs[:1] != ours[:1]:
        yield f"the fee payer is {theirs[0] if theirs else 'missing'}, not {ours[0]}"
    if returned.recent_blockhash != prepared.recent_blockhash:
        yield f"the blockhash is {returned.recent_blockhash}, not {prepared.recent_blockhash}"
    signers = [
        set(keys[: message.header.num_required_signatures]) for message, keys in ((prepared, ours), (returned, theirs))
    ]
    for key in signers[1] - signers[0]:
        yield f"{key} would sign too"
    for key in signers[0] - signers[1]:
        yield f"{key} would not sign"
    if len(returned.instructions) != len(prepared.instructions):
        yield f"there are {len(returned.instructions)} instructions, not {len(prepared.instructions)}"
    pairs = zip(prepared.instructions, returned.instructions, strict=False)
    for number, (wanted, found) in enumerate(pairs, start=1):
        yield from _instruction(number, _Read(prepared, wanted), _Read(returned, found))
    if bytes(prepared) != bytes(returned):
        yield "the messages differ"


class _Read:
    """An instruction with its accounts, and whether each signs and can be written."""

    def __init__(self, message: Message, instruction: CompiledInstruction) -> None:
        self.program = _key(message, instruction.program_id_index)
        self.data = bytes(instruction.data)
        self.accounts = [
            (_key(message, index), index < message.header.num_required_signatures, is_writable(message, index))
            for index in bytes(instruction.accounts)
        ]


def _key(message: Message, index: int) -> Pubkey | None:
    return message.account_keys[index] if index < len(message.account_keys) else None


def is_writable(message: Message, index: int) -> bool:
    """Whether a message asks to write the account at `index`."""
    header = message.header
    if index < header.num_required_signatures:
        return index < header.num_required_signatures - header.num_readonly_signed_accounts
    return index < len(message.account_keys) - header.num_readonly_unsigned_accounts


def _instruction(number: int, wanted: _Read, found: _Read) -> Iterator[str]:
    if wanted.program != found.program:
        yield f"instruction {number} calls {found.program}, not {wanted.program}"
    if len(wanted.accounts) != len(found.accounts):
        yield f"instruction {number} has {len(found.accounts)} accounts, not {len(wanted.accounts)}"
    for place, (ours, theirs) in enumerate(zip(wanted.accounts, found.accounts, strict=False), start=1):
        if ours[0] != theirs[0]:
            yield f"instruction {number}, account {place} is {theirs[0]}, not {ours[0]}"
        elif ours != theirs:
            yield f"instruction {number}, account {place} ({ours[0]}) has other rights"
    if wanted.data != found.data:
        yield f"instruction {number} has other data"


def cosign(prepared: Prepared, raw: bytes, last: Sequence[Keypair] = ()) -> bytes:
    """The transaction with our signatures, `last`, added to those that came back.

    Raises NotATransaction, MessageDiffers, or SignatureWrong when one of the others' is missing or false: nothing is
    signed then.
    """
    returned = decode(raw)
    for difference in differences(prepared.decoded, returned.message):
        raise MessageDiffers(f"{difference}; sign the transaction as it was prepared")
    ours = {pair.pubkey(): pair for pair in last}
    signatures = list(returned.signatures)
    if len(signatures) != len(prepared.signers):
        raise SignatureWrong(f"{len(signatures)} signatures instead of {len(prepared.signers)}")
    for place, key in enumerate(prepared.signers):
        if key not in ours and not signatures[place].verify(key, prepared.message):
            missing = signatures[place] == Signature.default()
            raise SignatureWrong(f"the signature of {key} is {'missing' if missing else 'not of this message'}")
    for place, key in enumerate(prepared.signers):
        if key in ours:
            signatures[place] = ours[key].sign_message(prepared.message)
    return bytes(Transaction.populate(prepared.decoded, signatures))


def sign(prepared: Prepared, keys: Sequence[Keypair]) -> Transaction:
    """The transaction with these keys' signatures, for a message that nobody else has to sign. Raises SignatureWrong
    when one is missing."""
    ours = {pair.pubkey(): pair for pair in keys}
    if missing := [str(key) for key in prepared.signers if key not in ours]:
        raise SignatureWrong(f"the signature of {', '.join(missing)} is missing")
    return Transaction.populate(prepared.decoded, [ours[k].sign_message(prepared.message) for k in prepared.signers])


def signature_of(signed: bytes) -> Signature:
    """The name of a signed transaction: its fee payer's signature."""
    return decode(signed).signatures[0]


async def submit_signed(client: Client, signed: bytes, last_valid_height: int) -> Receipt:
    """Sends a transaction that has all its signatures, and waits until it landed. Sending it again does no harm.

    Raises TransactionFailed, TransactionExpired or ClusterError as `Client.send` does.
    """
    return await client.send_signed(signed, signature_of(signed), last_valid_height)
