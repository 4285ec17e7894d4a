"""Real deployments on a localnet: first, again, changed, larger, by somebody else, and to a final program."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Iterator

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.deploy import deploy, read_program
from gridtokenx.chain.errors import StateError
from gridtokenx.chain.files.workspace import Checkout
from solana_localnet.spawn import Localnet, spawn

TEXT = 1 << 32


def program(answer: int, padding: int = 0) -> bytes:
    """The smallest sBPF v3 program: its entry returns `answer`. `padding` instructions follow it."""
    move = struct.pack("<BBhI", 0xB7, 0, 0, answer)
    leave = struct.pack("<BBhI", 0x95, 0, 0, 0)
    text = move + leave + (move + leave) * padding
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = ident + struct.pack("<HHIQQQIHHHHHH", 3, 247, 1, TEXT, 64, 0, 3, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 1, 120, TEXT, TEXT, len(text), len(text), 8)
    return header + segment + text


@pytest.fixture(scope="module")
def net() -> Iterator[Localnet]:
    with spawn(slot_ms=20) as found:
        yield found


@pytest.fixture
async def chain(net: Localnet, workspace: Checkout) -> AsyncIterator[Client]:
    payer = Keypair()
    async with Client(net.rpc_url, payer, workspace) as client:
        await client.connection.request_airdrop(payer.pubkey(), 10**11)
        yield client


async def answers(client: Client, address: Pubkey) -> bool:
    """Whether the program at an address ends well (its entry returns 0)."""
    from gridtokenx.chain.interface.failures import TransactionFailed

    try:
        await client.send(Instruction(address, b"", []))
    except TransactionFailed:
        return False
    return True


async def test_a_program_is_deployed_left_alone_upgraded_and_extended(chain: Client):
    target, told = Keypair(), list[tuple[int, int]]()
    code = program(0, padding=200)

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    first = await deploy(chain, target.pubkey(), code, chain.payer, program_keypair=target, progress=tell)
    assert (first.action, first.bytes) == ("deployed", len(code))
    assert told == sorted(told)
    assert told[-1] == (first.writes, first.writes)
    assert await answers(chain, target.pubkey())

    again = await deploy(chain, target.pubkey(), code, chain.payer)
    assert (again.action, again.signature, again.writes) == ("unchanged", None, 0)

    changed = await deploy(chain, target.pubkey(), program(1), chain.payer)
    assert changed.action == "upgraded"
    assert not await answers(chain, target.pubkey())

    large = program(0, padding=2000)
    grown = await deploy(chain, target.pubkey(), large, chain.payer)
    assert grown.action == "upgraded"
    assert await answers(chain, target.pubkey())
    found = await read_program(chain, target.pubkey())
    assert found is not None
    assert found.runs(large)
    assert not found.runs(code)
    assert found.authority == chain.payer.pubkey()


async def test_what_cannot_be_deployed_is_told_and_costs_nothing(chain: Client):
    target, other = Keypair(), Keypair()
    with pytest.raises(StateError, match="its first deployment needs its keypair"):
        await deploy(chain, target.pubkey(), program(0), chain.payer)
    with pytest.raises(StateError, match="the program keypair is that of"):
        await deploy(chain, target.pubkey(), program(0), chain.payer, program_keypair=other)
    await deploy(chain, target.pubkey(), program(0), chain.payer, program_keypair=target)
    with pytest.raises(StateError, match=f"{other.pubkey()} may not upgrade {target.pubkey()}"):
        await deploy(chain, target.pubkey(), program(1), other)
    with pytest.raises(StateError, match="is not an upgradeable program"):
        await deploy(chain, chain.payer.pubkey(), program(1), chain.payer)


async def test_the_rent_of_a_refused_upgrade_comes_back(chain: Client):
    target = Keypair()
    await deploy(chain, target.pubkey(), program(0), chain.payer, program_keypair=target)
    before = (await chain.connection.get_balance(chain.payer.pubkey())).value
    with pytest.raises(StateError, match="the cluster refused the program"):
        await deploy(chain, target.pubkey(), b"not an ELF" * 20, chain.payer)
    after = (await chain.connection.get_balance(chain.payer.pubkey())).value
    assert before - after < 100_000
    assert await answers(chain, target.pubkey())
