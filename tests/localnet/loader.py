"""Instructions of the upgradeable loader, and a deployment as `solana program deploy` does it."""

import struct

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from tests.localnet.client import Rpc

LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
SYSTEM = Pubkey.from_string("11111111111111111111111111111111")
CLOCK = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")
RENT = Pubkey.from_string("SysvarRent111111111111111111111111111111111")
BUFFER_HEADER, PROGRAM_SIZE = 37, 36
CHUNK = 900


def writable(key: Pubkey, signer: bool = False) -> AccountMeta:
    return AccountMeta(key, signer, True)


def readonly(key: Pubkey, signer: bool = False) -> AccountMeta:
    return AccountMeta(key, signer, False)


def program_data(program: Pubkey) -> Pubkey:
    return Pubkey.find_program_address([bytes(program)], LOADER)[0]


def write_buffer(rpc: Rpc, payer: Keypair, code: bytes) -> Pubkey:
    """A buffer account that holds `code`; `payer` is its authority."""
    buffer = Keypair()
    size = BUFFER_HEADER + len(code)
    rent = rpc("getMinimumBalanceForRentExemption", size)
    create = create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey(), to_pubkey=buffer.pubkey(), lamports=rent, space=size, owner=LOADER
        )
    )
    initialize = Instruction(LOADER, struct.pack("<I", 0), [writable(buffer.pubkey()), readonly(payer.pubkey())])
    rpc.run([create, initialize], payer, buffer)
    for offset in range(0, len(code), CHUNK):
        chunk = code[offset : offset + CHUNK]
        data = struct.pack("<IIQ", 1, offset, len(chunk)) + chunk
        write = Instruction(LOADER, data, [writable(buffer.pubkey()), readonly(payer.pubkey(), True)])
        rpc.run([write], payer, skipPreflight=False)
    return buffer.pubkey()


def deploy(rpc: Rpc, payer: Keypair, code: bytes, program: Keypair | None = None, room: int | None = None) -> Pubkey:
    """Deploys `code` with room for `room` bytes; answers the program's address."""
    program = program or Keypair()
    buffer = write_buffer(rpc, payer, code)
    key = program.pubkey()
    create = create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey(),
            to_pubkey=key,
            lamports=rpc("getMinimumBalanceForRentExemption", PROGRAM_SIZE),
            space=PROGRAM_SIZE,
            owner=LOADER,
        )
    )
    accounts = [
        writable(payer.pubkey(), True),
        writable(program_data(key)),
        writable(key),
        writable(buffer),
        readonly(RENT),
        readonly(CLOCK),
        readonly(SYSTEM),
        readonly(payer.pubkey(), True),
    ]
    data = struct.pack("<IQ", 2, room or len(code))
    rpc.run([create, Instruction(LOADER, data, accounts)], payer, program)
    return key


def upgrade(rpc: Rpc, payer: Keypair, program: Pubkey, code: bytes) -> str:
    """Replaces the code of a program whose upgrade authority is `payer`."""
    buffer = write_buffer(rpc, payer, code)
    accounts = [
        writable(program_data(program)),
        writable(program),
        writable(buffer),
        writable(payer.pubkey()),
        readonly(RENT),
        readonly(CLOCK),
        readonly(payer.pubkey(), True),
    ]
    return rpc.run([Instruction(LOADER, struct.pack("<I", 3), accounts)], payer)


def set_authority(rpc: Rpc, payer: Keypair, program: Pubkey, new: Pubkey | None) -> str:
    """Hands the upgrade authority over, or gives it up."""
    accounts = [writable(program_data(program)), readonly(payer.pubkey(), True)]
    if new is not None:
        accounts.append(readonly(new))
    return rpc.run([Instruction(LOADER, struct.pack("<I", 4), accounts)], payer)


def close(rpc: Rpc, payer: Keypair, program: Pubkey) -> str:
    """Closes a program for good; its rent goes to `payer`."""
    accounts = [
        writable(program_data(program)),
        writable(payer.pubkey()),
        readonly(payer.pubkey(), True),
        writable(program),
    ]
    return rpc.run([Instruction(LOADER, struct.pack("<I", 5), accounts)], payer)
