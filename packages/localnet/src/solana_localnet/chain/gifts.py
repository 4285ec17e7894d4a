"""Transfers from the faucet: what an airdrop is made of."""

from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from solana_localnet.chain.admission.blockhashes import BlockhashQueue


def gift(faucet: Keypair, address: Pubkey, lamports: int, blockhash: bytes) -> VersionedTransaction:
    """A signed transfer of lamports from the faucet, good as long as the blockhash is."""
    payer = faucet.pubkey()
    instruction = transfer(TransferParams(from_pubkey=payer, to_pubkey=address, lamports=lamports))
    return VersionedTransaction(Message.new_with_blockhash([instruction], payer, Hash(blockhash)), [faucet])


def new_gift(faucet: Keypair, address: Pubkey, lamports: int, hashes: BlockhashQueue) -> VersionedTransaction | None:
    """A gift under the newest blockhash under which the same gift has not been made; None when there is none."""
    for blockhash in hashes.newest_first():
        tx = gift(faucet, address, lamports, blockhash)
        if not hashes.seen(blockhash, bytes(tx.signatures[0])):
            return tx
    return None
