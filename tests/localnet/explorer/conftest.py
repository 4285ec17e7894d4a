"""A localnet whose chain has something to look at."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet import tiny_program
from tests.localnet.client import Rpc
from tests.localnet.explorer import meter

from solana_localnet.spawn import Localnet, spawn

WATT_HOURS = 4_250


@dataclass
class Shown:
    """A running localnet with a program that has an IDL, one that fails, and an account of the first."""

    net: Localnet
    rpc: Rpc
    program: Pubkey
    failing: Pubkey
    account: Pubkey
    owner: Keypair

    def submit(self, watt_hours: int = 7, note: str | None = None) -> str:
        """Calls the program; answers the signature."""
        instruction = meter.submit(self.program, self.owner, self.account, watt_hours, note)
        return self.rpc.run([instruction], self.owner)

    def set_total(self, total: int) -> None:
        """Writes the account."""
        update = {"lamports": 10**9, "owner": str(self.program), "data": meter.account(total).hex()}
        self.rpc("surfnet_setAccount", str(self.account), update)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("shown")
    program, failing, account = (Pubkey.new_unique() for _ in range(3))
    (folder / "idl").mkdir()
    (folder / "idl" / "meter_box.json").write_text(json.dumps(meter.idl(program)))
    sealed = meter.idl(failing)
    sealed["metadata"]["name"] = "sealed_box"
    (folder / "idl" / "sealed_box.json").write_text(json.dumps(sealed))
    (folder / "meter.so").write_bytes(meter.program(WATT_HOURS))
    (folder / "failing.so").write_bytes(tiny_program.returning(6000))
    programs = {str(program): folder / "meter.so", str(failing): folder / "failing.so"}
    with spawn(python=sys.executable, programs=programs, args=["--idl", str(folder / "idl")]) as net:
        rpc = Rpc(net.rpc_url)
        chain = Shown(net, rpc, program, failing, account, rpc.funded())
        chain.set_total(1_000)
        yield chain
