"""The bytes of the faucet's requests and answers, as bincode writes Agave's FaucetRequest and its reply."""

import struct
from dataclasses import dataclass

from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction

from solana_localnet.chain.programs import MEMO

REQUEST = struct.Struct("<IQ32s32s")
"""Variant (0: GetAirdrop), lamports, recipient, blockhash."""
REFUSAL = struct.pack("<H", 0)


@dataclass(slots=True)
class AirdropRequest:
    """The request of a client."""

    lamports: int
    to: Pubkey
    blockhash: Hash


def read_request(raw: bytes) -> AirdropRequest:
    """A request from its bytes. Raises ValueError when it is none."""
    variant, lamports, to, blockhash = REQUEST.unpack(raw)
    if variant != 0:
        raise ValueError(f"the faucet knows no request {variant}")
    return AirdropRequest(lamports, Pubkey(to), Hash(blockhash))


def airdrop_reply(faucet: Keypair, request: AirdropRequest) -> bytes:
    """A signed transfer behind its length (u16)."""
    gift = transfer(TransferParams(from_pubkey=faucet.pubkey(), to_pubkey=request.to, lamports=request.lamports))
    return _reply(faucet, gift, request.blockhash)


def memo_reply(faucet: Keypair, text: str, blockhash: Hash) -> bytes:
    """A signed memo that says why there is no transfer, behind its length."""
    memo = Instruction(MEMO, text.encode(), [AccountMeta(faucet.pubkey(), True, False)])
    return _reply(faucet, memo, blockhash)


def _reply(faucet: Keypair, instruction: Instruction, blockhash: Hash) -> bytes:
    message = Message.new_with_blockhash([instruction], faucet.pubkey(), blockhash)
    body = bytes(Transaction([faucet], message, blockhash))
    return struct.pack("<H", len(body)) + body
