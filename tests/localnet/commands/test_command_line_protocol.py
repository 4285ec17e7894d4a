"""The requests that the `solana` and `anchor` command lines send, parameter for parameter, in their order.

The binaries are not needed: what they say to a node is in the source of Agave's `cli` and `rpc-client` crates.
"""

import base64
import struct
import time
from collections.abc import Callable
from typing import Any

import zstandard
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer
from solders.transaction import VersionedTransaction
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc, encoded

from solana_localnet.codec import base58

CONFIRMED = {"commitment": "confirmed"}
FEATURES = ("5HvmKdLzPcRvPdHkuuZANNCVNxQxb5YLbvjSGKnkdeKf", "B2MBHZPsyWAsWHfAYQPFpyG5cVYBGaGkNgYJMg3nHLp3")


def confirmed(rpc: Rpc, signature: str) -> None:
    """How the client library waits: it polls the status until its commitment is reached."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        status = rpc.value("getSignatureStatuses", [signature])[0]
        if status is not None and status["confirmationStatus"] in ("confirmed", "finalized"):
            assert status["err"] is None
            return
    raise AssertionError("the transaction is not confirmed")


def account(rpc: Rpc, address: Pubkey) -> bytes:
    """`RpcClient::get_account` asks for compressed data."""
    config = {"encoding": "base64+zstd", "commitment": "confirmed"}
    packed, encoding = rpc.value("getAccountInfo", str(address), config)["data"]
    assert encoding == "base64+zstd"
    return zstandard.decompress(base64.b64decode(packed), max_output_size=10 << 20)


def airdropped(rpc: Rpc) -> Keypair:
    """`solana airdrop 5`, then `solana balance`."""
    key = Keypair()
    latest = rpc.value("getLatestBlockhash", CONFIRMED)
    options = {"recentBlockhash": latest["blockhash"], "commitment": "confirmed"}
    confirmed(rpc, rpc("requestAirdrop", str(key.pubkey()), 5 * 10**9, options))
    assert rpc.value("getBalance", str(key.pubkey()), CONFIRMED) == 5 * 10**9
    return key


def test_config_and_cluster_version(rpc: Rpc) -> None:
    version = rpc("getVersion")
    assert isinstance(version["feature-set"], int)
    assert rpc("getGenesisHash")
    assert rpc("getEpochInfo", CONFIRMED)["absoluteSlot"] > 0


def test_transfer_and_confirm(rpc: Rpc) -> None:
    payer, to = airdropped(rpc), Keypair().pubkey()
    rent = rpc("getMinimumBalanceForRentExemption", 0)
    latest = rpc.value("getLatestBlockhash", CONFIRMED)
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=rent))
    message = Message.new_with_blockhash([pay], payer.pubkey(), rpc.blockhash())
    fee = rpc.value("getFeeForMessage", base64.b64encode(bytes(message)).decode(), CONFIRMED)
    assert fee == 5000
    tx = VersionedTransaction(message, [payer])
    options: dict[str, Any] = {
        "skipPreflight": False,
        "preflightCommitment": "confirmed",
        "encoding": "base64",
        "maxRetries": None,
        "minContextSlot": None,
    }
    signature = rpc("sendTransaction", encoded(tx), options)
    confirmed(rpc, signature)
    assert rpc("getBlockHeight", CONFIRMED) <= latest["lastValidBlockHeight"]
    # solana confirm -v
    assert rpc.value("getSignatureStatuses", [signature], {"searchTransactionHistory": True})[0] is not None
    options = {"encoding": "base64", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
    found = rpc("getTransaction", signature, options)
    assert base64.b64decode(found["transaction"][0]) == bytes(tx)
    assert found["meta"]["status"] == {"Ok": None}


def test_program_deploy_show_and_upgrade(rpc: Rpc, next_slot: Callable[[Rpc], int]) -> None:
    payer, program, buffer = airdropped(rpc), Keypair(), Keypair()
    code = tiny_program.elf(tiny_program.move(0, 0) * 400 + tiny_program.EXIT)
    # The ELF is checked against the features of the cluster, which are accounts.
    features = rpc.value("getMultipleAccounts", list(FEATURES), {"encoding": "base64", "commitment": "confirmed"})
    assert len(features) == 2
    assert rpc.value("getAccountInfo", str(program.pubkey()), {"encoding": "base64+zstd"}) is None
    size = loader.BUFFER_HEADER + len(code)
    rent = rpc("getMinimumBalanceForRentExemption", size)
    create = create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey(), to_pubkey=buffer.pubkey(), lamports=rent, space=size, owner=loader.LOADER
        )
    )
    initialize = Instruction(
        loader.LOADER,
        struct.pack("<I", 0),
        [loader.writable(buffer.pubkey()), loader.readonly(payer.pubkey())],
    )
    confirmed(rpc, rpc.run([create, initialize], payer, buffer))
    # Writes go out all at once, without a preflight, and are looked up together.
    signatures = [
        rpc.run([write], payer, skipPreflight=True, maxRetries=0) for write in writes(payer, buffer.pubkey(), code)
    ]
    assert len(signatures) > 3
    statuses = rpc.value("getSignatureStatuses", signatures)
    assert all(status["err"] is None for status in statuses)
    assert account(rpc, buffer.pubkey())[loader.BUFFER_HEADER :] == code
    deployed = loader.deploy(rpc, payer, code, program)
    # solana program show
    state = account(rpc, deployed)
    home = Pubkey(state[4:36])
    assert home == loader.program_data(deployed)
    assert account(rpc, home)[45:] == code
    assert rpc.value("getBalance", str(home)) > 0
    # solana program show --buffers, --programs
    for kind, address in ((1, buffer.pubkey()), (3, home)):
        config = {
            "filters": [
                {"memcmp": {"offset": 0, "bytes": base58.encode(struct.pack("<I", kind))}},
                {
                    "memcmp": {
                        "offset": 5 if kind == 1 else 13,
                        "encoding": "bytes",
                        "bytes": list(bytes(payer.pubkey())),
                    }
                },
            ],
            "encoding": "base64",
            "dataSlice": {"offset": 0, "length": 45},
            "commitment": "confirmed",
            "withContext": None,
        }
        rows = rpc("getProgramAccounts", str(loader.LOADER), config)
        assert str(address) in [row["pubkey"] for row in rows]
    next_slot(rpc)
    loader.upgrade(rpc, payer, deployed, tiny_program.returning(0).ljust(len(code), b"\0")[: len(code)])


def writes(payer: Keypair, buffer: Pubkey, code: bytes) -> list[Instruction]:
    chunks = [(offset, code[offset : offset + loader.CHUNK]) for offset in range(0, len(code), loader.CHUNK)]
    accounts = [loader.writable(buffer), loader.readonly(payer.pubkey(), True)]
    return [
        Instruction(loader.LOADER, struct.pack("<IIQ", 1, offset, len(chunk)) + chunk, accounts)
        for offset, chunk in chunks
    ]


def test_what_a_tpu_sender_asks_before_it_falls_back_to_rpc(rpc: Rpc) -> None:
    info, schedule = rpc("getEpochInfo", CONFIRMED), rpc("getEpochSchedule")
    assert schedule["slotsPerEpoch"] == info["slotsInEpoch"]
    leaders = rpc("getSlotLeaders", info["absoluteSlot"], 40)
    nodes = rpc("getClusterNodes")
    assert set(leaders) == {nodes[0]["pubkey"]}
    assert nodes[0]["tpuQuic"] is None


def test_idl_account_of_anchor(rpc: Rpc) -> None:
    """`anchor idl fetch` reads the account at create_with_seed(find([], program), "anchor:idl", program)."""
    program = Pubkey.new_unique()
    base = Pubkey.find_program_address([], program)[0]
    address = Pubkey.create_with_seed(base, "anchor:idl", program)
    body = bytes(8) + bytes(32) + struct.pack("<I", 3) + b"zip"
    update = {"lamports": 10**9, "owner": str(program), "data": body.hex()}
    rpc("surfnet_setAccount", str(address), update)
    assert account(rpc, address) == body
