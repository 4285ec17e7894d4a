"""Programs through BPFLoaderUpgradeable: create buffer, write, deploy, upgrade, hand over, close."""

from collections.abc import Callable

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc, RpcFailure


def logs_of(rpc: Rpc, program: Pubkey, payer: Keypair) -> list[str]:
    signature = rpc.run([Instruction(program, b"", [])], payer)
    return rpc("getTransaction", signature)["meta"]["logMessages"]


def test_deploy_call_upgrade_and_close(rpc: Rpc, next_slot: Callable[[Rpc], int]) -> None:
    payer = rpc.funded()
    program = loader.deploy(rpc, payer, tiny_program.logging(b"first"), room=2_000)
    assert "Program log: first" in logs_of(rpc, program, payer)
    account = rpc.account(program)
    assert account is not None
    assert account["executable"]
    assert account["owner"] == str(loader.LOADER)

    next_slot(rpc)
    loader.upgrade(rpc, payer, program, tiny_program.logging(b"second version"))
    assert "Program log: second version" in logs_of(rpc, program, payer)

    next_slot(rpc)
    before = rpc.value("getBalance", str(payer.pubkey()))
    loader.close(rpc, payer, program)
    assert rpc.value("getBalance", str(payer.pubkey())) > before
    assert rpc.account(loader.program_data(program)) is None
    with pytest.raises(RpcFailure) as refused:
        logs_of(rpc, program, payer)
    assert refused.value.code == -32002
    assert rpc("getHealth") == "ok"


def test_authority_is_handed_over_and_given_up(rpc: Rpc, next_slot: Callable[[Rpc], int]) -> None:
    payer, heir = rpc.funded(), rpc.funded()
    program = loader.deploy(rpc, payer, tiny_program.returning(0), room=2_000)
    next_slot(rpc)
    loader.set_authority(rpc, payer, program, heir.pubkey())
    with pytest.raises(RpcFailure, match="Incorrect authority provided"):
        loader.upgrade(rpc, payer, program, tiny_program.returning(1))
    loader.upgrade(rpc, heir, program, tiny_program.returning(1))
    loader.set_authority(rpc, heir, program, None)
    parsed = rpc.value("getAccountInfo", str(loader.program_data(program)), {"encoding": "jsonParsed"})
    assert parsed["data"]["program"] == "bpf-upgradeable-loader"
    assert parsed["data"]["parsed"]["info"]["authority"] is None
    next_slot(rpc)
    with pytest.raises(RpcFailure, match="Account is immutable"):
        loader.upgrade(rpc, heir, program, tiny_program.returning(2))


def test_code_that_is_no_program_is_refused(rpc: Rpc) -> None:
    payer = rpc.funded()
    with pytest.raises(RpcFailure) as refused:
        loader.deploy(rpc, payer, b"\x7fELF this is no program" * 20)
    assert refused.value.code == -32002
    assert refused.value.data["err"]["InstructionError"][0] == 1


def test_older_bytecode_is_refused_for_deployment(rpc: Rpc) -> None:
    payer = rpc.funded()
    old = bytearray(tiny_program.returning(0))
    old[48] = 0
    with pytest.raises(RpcFailure) as refused:
        loader.deploy(rpc, payer, bytes(old))
    assert refused.value.code == -32002


def test_large_program_in_many_chunks(rpc: Rpc) -> None:
    payer = rpc.funded()
    text = tiny_program.move(0, 0) * 4_000 + tiny_program.EXIT
    program = loader.deploy(rpc, payer, tiny_program.elf(text))
    assert any("consumed 4001" in line for line in logs_of(rpc, program, payer))
