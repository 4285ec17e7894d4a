"""jsonParsed forms that the recorded script does not reach: instructions and accounts, from their bytes."""

import struct
from typing import Any

import pytest
from solders.pubkey import Pubkey

from localnet.chain import programs
from localnet.chain.validator import Validator
from localnet.codec.parsed.extensions import EXTENSION_NAMES, amount_scale, parse_extensions
from localnet.codec.parsed.instructions import parse_instruction
from localnet.codec.parsed.stakes import stake_account, vote_state
from localnet.codec.parsed.sysvars import config_account
from localnet.codec.token_layout import ui_amount

KEYS = [Pubkey(bytes([n]) * 32) for n in range(1, 9)]
A, B, C, D, E, _, G, H = (str(key) for key in KEYS)
NONE = bytes(32)


def parsed(program: Pubkey, data: bytes, count: int = 8) -> Any:
    found = parse_instruction(program, KEYS[:count], data)
    return None if found is None else found["parsed"]


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


def u64(number: int) -> bytes:
    return struct.pack("<Q", number)


SIGNED = {"mint": A, "authority": B}
TOKEN_2022 = [
    (bytes([26, 5, 1, 0]) + u64(9), 2, "setTransferFee", {"transferFeeBasisPoints": 1, "maximumFee": 9}),
    (bytes([26, 3, 2]), 5, "withdrawWithheldTokensFromAccounts", {"feeRecipient": B, "sourceAccounts": [D, E]}),
    (bytes([28, 1, 1]), 2, "updateDefaultAccountState", {"accountState": "initialized", "freezeAuthority": B}),
    (bytes([30, 1]), 2, "disableRequiredMemoTransfers", {"account": A, "owner": B}),
    (bytes([31]), 3, "createNativeMint", {"payer": A, "nativeMint": B, "systemProgram": C}),
    (bytes([33, 1]) + struct.pack("<h", -5), 2, "updateInterestBearingConfigRate", {"newRate": -5, "rateAuthority": B}),
    (bytes([34, 1]), 2, "disableCpiGuard", {"account": A, "owner": B}),
    (bytes([36, 1]) + bytes(KEYS[6]), 2, "updateTransferHook", SIGNED | {"programId": G}),
    (bytes([36, 1]) + NONE, 2, "updateTransferHook", SIGNED),
    (bytes([38]), 3, "withdrawExcessLamports", {"source": A, "destination": B, "authority": C}),
    (bytes([39, 1]) + bytes(KEYS[6]), 2, "updateMetadataPointer", SIGNED | {"metadataAddress": G}),
    (bytes([40, 1]) + bytes(KEYS[6]), 2, "updateGroupPointer", SIGNED | {"groupAddress": G}),
    (bytes([41, 1]) + bytes(KEYS[6]), 2, "updateGroupMemberPointer", SIGNED | {"memberAddress": G}),
    (bytes([43, 1]) + struct.pack("<dq", 3.0, 7), 2, "updateMultiplier", SIGNED | {"newMultiplier": "3"}),
    (bytes([44, 2]), 4, "resume", {"mint": A, "multisigAuthority": B, "signers": [C, D]}),
]


@pytest.mark.parametrize(("data", "count", "name", "info"), TOKEN_2022, ids=[row[2] for row in TOKEN_2022])
def test_token_2022_instructions(data: bytes, count: int, name: str, info: dict[str, Any]) -> None:
    found = parsed(programs.TOKEN_2022, data, count)
    assert found["type"] == name
    assert info.items() <= found["info"].items()
    # One account or one byte too few is shown undecoded, as validators do.
    assert parsed(programs.TOKEN_2022, data, 0) is None
    if len(data) > 2:
        assert parsed(programs.TOKEN_2022, data[:-1], count) is None or data[0] == 31


LOCKUP = b"\1" + struct.pack("<q", 5) + b"\0" + b"\1" + bytes(KEYS[7])
STAKE = [
    (u32(6) + LOCKUP, 2, "setLockup", {"custodian": B, "lockup": {"unixTimestamp": 5, "custodian": H}}),
    (u32(7), 5, "merge", {"destination": A, "source": B, "stakeAuthority": E}),
    (u32(9), 4, "initializeChecked", {"staker": C, "withdrawer": D}),
    (u32(10) + u32(1), 5, "authorizeChecked", {"newAuthority": D, "authorityType": "Withdrawer", "custodian": E}),
    (
        u32(8) + bytes(KEYS[6]) + u32(0) + u64(4) + b"seed" + bytes(KEYS[7]),
        3,
        "authorizeWithSeed",
        {"newAuthorized": G, "authorityType": "Staker", "authoritySeed": "seed", "authorityOwner": H, "clockSysvar": C},
    ),
    (
        u32(11) + u32(1) + u64(1) + b"s" + bytes(KEYS[7]),
        4,
        "authorizeCheckedWithSeed",
        {"newAuthorized": D, "authorityType": "Withdrawer", "authorityBase": B},
    ),
    (u32(12) + b"\0\0", 3, "setLockupChecked", {"lockup": {"custodian": C}}),
    (u32(14), 3, "deactivateDelinquent", {"referenceVoteAccount": C}),
    (u32(16) + u64(8), 3, "moveStake", {"lamports": 8, "stakeAuthority": C}),
    (u32(17) + u64(8), 3, "moveLamports", {"lamports": 8}),
]


@pytest.mark.parametrize(("data", "count", "name", "info"), STAKE, ids=[row[2] for row in STAKE])
def test_stake_instructions(data: bytes, count: int, name: str, info: dict[str, Any]) -> None:
    found = parsed(programs.STAKE, data, count)
    assert found["type"] == name
    assert info.items() <= found["info"].items()
    assert parsed(programs.STAKE, data[:3]) is None


VOTE = [
    (u32(3) + u64(7), "withdraw", {"destination": B, "withdrawAuthority": C, "lamports": 7}),
    (u32(4), "updateValidatorIdentity", {"newValidatorIdentity": B}),
    (u32(7) + u32(0), "authorizeChecked", {"newAuthority": D, "authorityType": "Voter"}),
    (
        u32(10) + u32(1) + bytes(KEYS[6]) + u64(2) + b"ab" + bytes(KEYS[7]),
        "authorizeWithSeed",
        {"authorityType": "Withdrawer", "authorityOwner": G, "authoritySeed": "ab", "newAuthority": H},
    ),
    (
        u32(11) + u32(0) + bytes(KEYS[6]) + u64(2) + b"ab",
        "authorizeCheckedWithSeed",
        {"authorityType": "Voter", "newAuthority": D},
    ),
]


@pytest.mark.parametrize(("data", "name", "info"), VOTE, ids=[row[1] for row in VOTE])
def test_vote_instructions(data: bytes, name: str, info: dict[str, Any]) -> None:
    found = parsed(programs.VOTE, data)
    assert found["type"] == name
    assert info.items() <= found["info"].items()


def test_the_validators_own_accounts_can_be_read() -> None:
    validator = Validator.of(bytes(KEYS[0]))
    accounts = dict(validator.accounts(lambda size: size))
    state = vote_state(accounts[validator.vote].data)
    assert state is not None
    assert state["nodePubkey"] == str(validator.identity)
    assert state["authorizedWithdrawer"] == str(validator.vote)
    assert state["authorizedVoters"] == [{"epoch": 0, "authorizedVoter": str(validator.vote)}]
    stake = stake_account(accounts[validator.stake].data)
    assert stake is not None
    assert stake["info"]["stake"]["delegation"]["voter"] == str(validator.vote)
    assert stake["info"]["stake"]["delegation"]["activationEpoch"] == str(2**64 - 1)


def test_what_a_validator_publishes_about_itself() -> None:
    key = Pubkey.from_string("Va1idator1nfo111111111111111111111111111111")
    text = b'{"name": "n"}'
    data = b"\2" + bytes(key) + b"\0" + bytes(KEYS[0]) + b"\1" + u64(len(text)) + text
    found = config_account(KEYS[1], data)
    assert found is not None
    assert found["type"] == "validatorInfo"
    assert found["info"]["configData"] == {"name": "n"}
    assert found["info"]["keys"] == [{"pubkey": str(key), "signer": False}, {"pubkey": A, "signer": True}]


def mint_with(kind: int, body: bytes) -> bytes:
    return bytes(165) + b"\1" + struct.pack("<HH", kind, len(body)) + body


def test_amounts_of_a_mint_with_a_multiplier_or_with_interest() -> None:
    scaled = mint_with(EXTENSION_NAMES.index("scaledUiAmountConfig"), NONE + struct.pack("<dqd", 2.0, 100, 2.5))
    assert ui_amount(1_000, 2, amount_scale(scaled, 99))["uiAmountString"] == "20"
    assert ui_amount(1_001, 2, amount_scale(scaled, 100))["uiAmountString"] == "25.02"
    body = NONE + struct.pack("<qhqh", 0, 500, 0, 500)
    interest = mint_with(EXTENSION_NAMES.index("interestBearingConfig"), body)
    year = ui_amount(100_000, 2, amount_scale(interest, 31_556_736))
    assert year["uiAmountString"] == "1051.27"  # e to the power of 0.05
    assert amount_scale(mint_with(9, b""), 0) is None
    assert parse_extensions(scaled)[0]["extension"] == "scaledUiAmountConfig"
