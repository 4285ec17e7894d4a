"""Tests of programs, in process and in milliseconds: a ledger, programs on it, and calls by name.

    ledger = Ledger()
    counter = ledger.deploy("counter.py")
    alice = ledger.signer()

    counter.create(owner=alice)
    result = counter.increment(owner=alice, by=3)
    assert result.value == 3

    with expect_error("NotOwner"):
        counter.increment(owner=ledger.signer(), counter=counter.address("counter", alice), by=1)

Needs solders 0.29 or newer, whose LiteSVM runs sBPF v3.
"""

from seahorse.testing.codec import CodecError, DecodedRecord
from seahorse.testing.compiling import compile_file, compile_text
from seahorse.testing.engines.both import EnginesDiffer
from seahorse.testing.engines.virtual_machine import EngineMissing, EnginePanic
from seahorse.testing.ledger import Ledger
from seahorse.testing.program import DeployedProgram, ProgramCall
from seahorse.testing.resolve import AddressLike, CallError, address_of
from seahorse.testing.result import Failed, NoComputeUnits, ProgramFailure, Result, expect_error
from seahorse.testing.tokens import MintState, TokenState, associated_address

__all__ = [
    "AddressLike",
    "CallError",
    "CodecError",
    "DecodedRecord",
    "DeployedProgram",
    "EngineMissing",
    "EnginePanic",
    "EnginesDiffer",
    "Failed",
    "Ledger",
    "MintState",
    "NoComputeUnits",
    "ProgramCall",
    "ProgramFailure",
    "Result",
    "TokenState",
    "address_of",
    "associated_address",
    "compile_file",
    "compile_text",
    "expect_error",
]
