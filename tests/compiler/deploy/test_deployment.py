"""Deployments on a localnet: first, again, changed, larger; by others; interrupted; refused."""

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.compiler.deploy.tiny import NO_PROGRAM, program

from seahorse.deploy import (
    DeployError,
    Deployment,
    DeploymentRefused,
    DeployTransactionFailed,
    Rpc,
    Unfinished,
    close_buffer,
    deploy_program,
    loader,
    read_program,
)


async def answers(rpc: Rpc, payer: Keypair, address: Pubkey) -> bool:
    """Whether the program at an address ends well: its entry returns 0."""
    try:
        await rpc.send([Instruction(address, b"", [])], payer)
    except DeployTransactionFailed:
        return False
    return True


def without_signature(done: Deployment) -> tuple[str, int, int]:
    return done.action, done.bytes, done.writes


async def test_deployed_then_left_alone_then_upgraded_then_extended(rpc: Rpc, wallet: Keypair):
    target, told = Keypair(), list[tuple[int, int]]()
    code = program(1, padding=300)

    first = await deploy_program(rpc, code, wallet, target, progress=lambda *at: told.append(at))
    chunks = first.writes
    assert without_signature(first) == ("deployed", len(code), chunks)
    assert chunks == len(range(0, len(code), 1012)), "the chunks should fill the transactions"
    assert told == [(n, chunks) for n in range(chunks + 1)]
    assert not await answers(rpc, wallet, target.pubkey())

    again = await deploy_program(rpc, code, wallet, target.pubkey())
    assert without_signature(again) == ("unchanged", len(code), 0)

    # Once deployed, the address is enough. The same length needs no extension.
    changed = await deploy_program(rpc, program(0, padding=300), wallet, target.pubkey())
    assert changed.action == "upgraded"
    assert await answers(rpc, wallet, target.pubkey())

    larger = program(2, padding=400)
    assert (await deploy_program(rpc, larger, wallet, target.pubkey())).action == "upgraded"
    present = await read_program(rpc, target.pubkey())
    assert present is not None
    assert present.runs(larger)
    assert present.capacity == len(code) + loader.MINIMUM_EXTENSION
    assert not await answers(rpc, wallet, target.pubkey())


async def test_nothing_but_rent_and_fees_is_spent(rpc: Rpc, wallet: Keypair):
    before, code = await rpc.balance(wallet.pubkey()), program(0, padding=500)
    done = await deploy_program(rpc, code, wallet, Keypair(), max_len=2 * len(code))
    rent = await rpc.rent(loader.PROGRAM_BYTES) + await rpc.rent(loader.PROGRAM_DATA_HEADER + 2 * len(code))
    # Two transactions of two signatures, and one signature for each write.
    fees = (2 + 2 + done.writes) * 5_000
    assert before - await rpc.balance(wallet.pubkey()) == rent + fees


async def test_a_refused_program_costs_fees_only(rpc: Rpc, wallet: Keypair):
    before, target = await rpc.balance(wallet.pubkey()), Keypair()
    with pytest.raises(DeploymentRefused, match="the rent returned"):
        await deploy_program(rpc, NO_PROGRAM, wallet, target)
    assert await read_program(rpc, target.pubkey()) is None
    assert before - await rpc.balance(wallet.pubkey()) < 10 * 5_000


class Broken(Rpc):
    """A connection that breaks when some chunks are written."""

    left = 20

    async def call(self, method: str, *params: object) -> object:
        if method == "sendTransaction":
            self.left -= 1
            if self.left < 0:
                raise DeployError("the line is cut")
        return await super().call(method, *params)


async def test_an_interrupted_deployment_goes_on_where_it_was(rpc: Rpc, wallet: Keypair):
    target, code = Keypair(), program(0, padding=3_000)
    async with Broken(rpc.url) as broken:
        with pytest.raises(Unfinished, match="broke off") as stopped:
            await deploy_program(broken, code, wallet, target)
    buffer = stopped.value.buffer
    done = await deploy_program(rpc, code, wallet, target, buffer=buffer)
    assert done.action == "deployed"
    assert done.writes == len(range(0, len(code), 1012)) - 19, "what was written should not be written again"
    assert await answers(rpc, wallet, target.pubkey())
    assert await loader.read_buffer(rpc, buffer.pubkey()) is None


async def test_the_rent_of_an_abandoned_buffer_comes_back(rpc: Rpc, wallet: Keypair):
    before = await rpc.balance(wallet.pubkey())
    async with Broken(rpc.url) as broken:
        with pytest.raises(Unfinished) as stopped:
            await deploy_program(broken, program(0, padding=3_000), wallet, Keypair())
    assert before - await rpc.balance(wallet.pubkey()) > 10**8
    await close_buffer(rpc, stopped.value.buffer.pubkey(), wallet)
    assert before - await rpc.balance(wallet.pubkey()) < 40 * 5_000


async def test_a_buffer_of_other_code_is_not_used(rpc: Rpc, wallet: Keypair):
    async with Broken(rpc.url) as broken:
        with pytest.raises(Unfinished) as stopped:
            await deploy_program(broken, program(0, padding=3_000), wallet, Keypair())
    with pytest.raises(DeployError, match="of another deployment"):
        await deploy_program(rpc, program(0), wallet, Keypair(), buffer=stopped.value.buffer)


async def test_only_the_upgrade_authority_upgrades(rpc: Rpc, wallet: Keypair):
    target, other = Keypair(), Keypair()
    await deploy_program(rpc, program(0), wallet, target)
    await rpc.airdrop(other.pubkey(), 10**10)
    with pytest.raises(DeployError, match=f"use its upgrade authority's wallet, {wallet.pubkey()}"):
        await deploy_program(rpc, program(1), other, target)
    assert await answers(rpc, wallet, target.pubkey())


async def test_a_first_deployment_needs_the_programs_keypair(rpc: Rpc, wallet: Keypair):
    with pytest.raises(DeployError, match="needs its keypair"):
        await deploy_program(rpc, program(0), wallet, Keypair().pubkey())


async def test_short_money_is_told_before_anything_is_paid(rpc: Rpc):
    poor = Keypair()
    await rpc.airdrop(poor.pubkey(), 2_000_000)
    with pytest.raises(DeployError, match=r"has 0\.0020 SOL, the deployment needs 0\.\d+; fund it"):
        await deploy_program(rpc, program(0, padding=1_000), poor, Keypair())
    assert await rpc.balance(poor.pubkey()) == 2_000_000


async def test_an_address_that_is_no_program(rpc: Rpc, wallet: Keypair):
    with pytest.raises(DeployError, match="is not an upgradeable program"):
        await deploy_program(rpc, program(0), wallet, wallet)


async def test_a_final_program_stays(rpc: Rpc, wallet: Keypair):
    target = Keypair()
    await deploy_program(rpc, program(0), wallet, target)
    # Without a new authority the program keeps none.
    await rpc.call("surfnet_setProgramAuthority", str(target.pubkey()))
    with pytest.raises(DeployError, match="is final"):
        await deploy_program(rpc, program(1), wallet, target.pubkey())


async def test_a_priority_fee_is_paid(net, wallet: Keypair):
    async with Rpc(net.rpc_url, priority_fee=1_000_000) as rpc:
        target = Keypair()
        before, code = await rpc.balance(wallet.pubkey()), program(0)
        await deploy_program(rpc, code, wallet, target)
        rent = await rpc.rent(loader.PROGRAM_BYTES) + await rpc.rent(loader.PROGRAM_DATA_HEADER + len(code))
        assert before - await rpc.balance(wallet.pubkey()) - rent > 5 * 5_000
