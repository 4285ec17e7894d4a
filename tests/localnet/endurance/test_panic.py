"""A panic inside the VM binding: caught, reported with its request, and nothing has changed."""

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc, RpcFailure
from tests.localnet.test_transactions import payment

from solana_localnet.spawn import Localnet


def broken_program(rpc: Rpc, payer: Keypair) -> Pubkey:
    """A program whose code was spoiled behind the runtime's back: LiteSVM panics when it next reloads it."""
    program = loader.deploy(rpc, payer, tiny_program.returning(0))
    home = loader.program_data(program)
    account = rpc.account(home)
    assert account is not None
    rpc("surfnet_setAccount", str(home), {"data": (account["data"][:45] + bytes(136)).hex()})
    return program


def test_panic_is_reported_and_state_stays_consistent(net: Localnet, rpc: Rpc) -> None:
    payer, first = rpc.funded(10**10), Keypair().pubkey()
    program = broken_program(rpc, payer)
    balances = {key: rpc.value("getBalance", str(key)) for key in (payer.pubkey(), first, program)}
    count = rpc("getTransactionCount")
    # Both payments would succeed; the panic comes when their effects are being written.
    tx = rpc.build([payment(payer, first, 10**7), payment(payer, program, 10**6)], payer)
    with pytest.raises(RpcFailure, match="the VM broke down on this request and nothing was changed") as caught:
        rpc.submit(tx)
    assert caught.value.code == -32603
    assert {key: rpc.value("getBalance", str(key)) for key in balances} == balances
    assert rpc("getTransactionCount") == count
    assert rpc("getTransaction", str(tx.signatures[0])) is None
    assert str(tx.signatures[0]) in net.output()
    assert "the VM panicked in sendTransaction" in net.output()
    # The same payer goes on, and so does everything else.
    rpc.run([payment(payer, first, 10**7)], payer)
    assert rpc.value("getBalance", str(first)) == 10**7
