"""jsonParsed forms that the recorded script does not reach: instructions and accounts, from their bytes."""

import base64
import struct
from typing import Any

import pytest
from solders.pubkey import Pubkey

from solana_localnet.chain import programs
from solana_localnet.chain.validator import Validator
from solana_localnet.codec.parsed.extensions import EXTENSION_NAMES, amount_scale, parse_extensions
from solana_localnet.codec.parsed.instructions import parse_instruction
from solana_localnet.codec.parsed.stakes import stake_account, vote_state
from solana_localnet.codec.parsed.sysvars import config_account
from solana_localnet.codec.token_layout import ui_amount

KEYS = [Pubkey(bytes([n]) * 32) for n in range(1, 9)]
A, B, C, D, E, F, G, H = (str(key) for key in KEYS)
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


LOCKOUTS = [{"slot": 105, "confirmation_count": 2}, {"slot": 305, "confirmation_count": 1}]
PLAIN = u64(2) + struct.pack("<QIQI", 105, 2, 305, 1) + b"\1" + u64(100)
# From the root 100: 5 further, then 200, which takes two bytes of seven bits.
COMPACT = u64(100) + b"\2" + b"\5\2" + b"\xc8\1\1"
END = bytes(KEYS[6]) + b"\1" + struct.pack("<q", -3)
TOWER = {"lockouts": LOCKOUTS, "root": 100, "hash": G, "timestamp": -3}
ROOTLESS = u64(2**64 - 1) + b"\1" + b"\5\2" + bytes(KEYS[6]) + b"\0"
SWITCH = bytes(KEYS[7])
BALLOT = {"slots": [7, 8], "hash": G, "timestamp": -3}
SLOTS = u64(2) + u64(7) + u64(8)
BLS = {"VoterWithBLS": {"bls_pubkey": [1] * 48, "bls_proof_of_possession": [2] * 96}}
VOTE += [
    (u32(2) + SLOTS + END, "vote", {"slotHashesSysvar": B, "clockSysvar": C, "voteAuthority": D, "vote": BALLOT}),
    (u32(6) + SLOTS + END + SWITCH, "voteSwitch", {"vote": BALLOT, "hash": H}),
    (u32(8) + PLAIN + END, "updatevotestate", {"voteAuthority": B, "voteStateUpdate": TOWER}),
    (u32(9) + PLAIN + END + SWITCH, "updatevotestateswitch", {"voteStateUpdate": TOWER, "hash": H}),
    (u32(12) + COMPACT + END, "compactupdatevotestate", {"voteAuthority": B, "voteStateUpdate": TOWER}),
    (u32(13) + COMPACT + END + SWITCH, "compactupdatevotestateswitch", {"voteStateUpdate": TOWER, "hash": H}),
    (u32(14) + COMPACT + END + bytes(KEYS[5]), "towersync", {"towerSync": TOWER | {"blockId": str(KEYS[5])}}),
    (
        u32(15) + ROOTLESS + bytes(KEYS[5]) + SWITCH,
        "towersyncswitch",
        {
            "towerSync": {
                "lockouts": [{"slot": 5, "confirmation_count": 2}],
                "root": None,
                "hash": G,
                "timestamp": None,
                "blockId": str(KEYS[5]),
            },
            "hash": H,
        },
    ),
    (
        u32(16)
        + bytes(32)
        + bytes(KEYS[6])
        + bytes(144)
        + bytes(KEYS[7])
        + b"\1\0"
        + bytes(KEYS[0])
        + b"\2\0"
        + SWITCH,
        "initializeV2",
        {
            "node": B,
            "authorizedVoter": G,
            "authorizedWithdrawer": H,
            "inflationRewardsCommissionBps": 1,
            "inflationRewardsCollector": A,
            "blockRevenueCommissionBps": 2,
            "blockRevenueCollector": H,
        },
    ),
    (u32(17) + u32(1), "updateCommissionCollector", {"newCollector": B, "commissionKind": "BlockRevenue"}),
    (
        u32(18) + b"\x10\x27" + u32(0),
        "updateCommissionBps",
        {"withdrawAuthority": B, "commissionBps": 10_000, "commissionKind": "InflationRewards"},
    ),
    (u32(19) + u64(4), "depositDelegatorRewards", {"source": B, "deposit": 4}),
    (
        u32(1) + bytes(KEYS[6]) + u32(2) + bytes([1]) * 48 + bytes([2]) * 96,
        "authorize",
        {"newAuthority": G, "authorityType": BLS},
    ),
]


@pytest.mark.parametrize(("data", "name", "info"), VOTE, ids=[row[1] for row in VOTE])
def test_vote_instructions(data: bytes, name: str, info: dict[str, Any]) -> None:
    found = parsed(programs.VOTE, data)
    assert found["type"] == name
    assert info.items() <= found["info"].items()
    assert len(data) == 4 or parsed(programs.VOTE, data[:-1]) is None


def test_every_vote_instruction_is_decoded() -> None:
    assert {int.from_bytes(data[:4], "little") for data, _, _ in VOTE} | {0, 5} == set(range(20))


def b64(byte: int, size: int) -> str:
    return base64.b64encode(bytes([byte]) * size).decode()


PAIR = {"account": A, "mint": B}
SIGNED_MINT = {"mint": A, "confidentialTransferMintAuthority": B}
ZERO = {"decryptableZeroBalance": b64(8, 36), "maximumPendingBalanceCreditCounter": 9}
WITHHELD = {"mint": A, "feeRecipient": B, "newDecryptableAvailableBalance": b64(8, 36)}
SPLIT = {
    "equalityProofInstructionOffset": 0,
    "ciphertextValidityProofInstructionOffset": 1,
    "rangeProofInstructionOffset": 0,
}
KEY32, BALANCE, TWO_CIPHERTEXTS = bytes([7]) * 32, bytes([8]) * 36, bytes(128)
OWNER = {"owner": "last"}
# tag and data, accounts, name, the whole info but for its owner, which is the last account
CONFIDENTIAL: list[tuple[bytes, int, str, dict[str, Any]]] = [
    (
        bytes([27, 0]) + NONE + b"\1" + NONE,
        1,
        "initializeConfidentialTransferMint",
        {"mint": A, "autoApproveNewAccounts": True, "auditorElGamalPubkey": None},
    ),
    (
        bytes([27, 1]) + b"\0" + KEY32,
        2,
        "updateConfidentialTransferMint",
        SIGNED_MINT | {"autoApproveNewAccounts": False, "auditorElGamalPubkey": b64(7, 32)},
    ),
    (
        bytes([27, 2]) + BALANCE + u64(9) + b"\0",
        4,
        "configureConfidentialTransferAccount",
        PAIR | ZERO | {"proofInstructionOffset": 0, "proofContextStateAccount": C} | OWNER,
    ),
    (
        bytes([27, 2]) + BALANCE + u64(9) + b"\xff",
        5,
        "configureConfidentialTransferAccount",
        PAIR | ZERO | {"proofInstructionOffset": -1, "instructionsSysvar": C, "recordAccount": D} | OWNER,
    ),
    (bytes([27, 3]), 3, "approveConfidentialTransferAccount", PAIR | {"confidentialTransferAuditorAuthority": C}),
    (
        bytes([27, 4, 1]),
        3,
        "emptyConfidentialTransferAccount",
        {"account": A, "proofInstructionOffset": 1, "instructionsSysvar": B} | OWNER,
    ),
    (
        bytes([27, 5]) + u64(3) + b"\2",
        4,
        "depositConfidentialTransfer",
        {"source": A, "destination": B, "mint": C, "amount": 3, "decimals": 2} | OWNER,
    ),
    (
        bytes([27, 6]) + u64(3) + b"\2" + BALANCE + b"\0\1",
        7,
        "withdrawConfidentialTransfer",
        {"source": A, "destination": B, "mint": C, "amount": 3, "decimals": 2}
        | {"newDecryptableAvailableBalance": b64(8, 36), "instructionsSysvar": D}
        | {"equalityProofInstructionOffset": 0, "equalityProofContextStateAccount": E}
        | {"rangeProofInstructionOffset": 1, "rangeProofRecordAccount": F}
        | OWNER,
    ),
    (
        bytes([27, 7]) + BALANCE + TWO_CIPHERTEXTS + b"\0\0\0",
        7,
        "confidentialTransfer",
        {"source": A, "mint": B, "destination": C, "newSourceDecryptableAvailableBalance": b64(8, 36)}
        | {"equalityProofInstructionOffset": 0, "equalityProofContextStateAccount": D}
        | {"ciphertextValidityProofInstructionOffset": 0, "ciphertextValidityProofContextStateAccount": E}
        | {"rangeProofInstructionOffset": 0, "rangeProofContextStateAccount": F}
        | OWNER,
    ),
    (
        bytes([27, 8]) + u64(4) + BALANCE,
        2,
        "applyPendingConfidentialTransferBalance",
        {"account": A, "expectedPendingBalanceCreditCounter": 4, "newDecryptableAvailableBalance": b64(8, 36)} | OWNER,
    ),
    (bytes([27, 9]), 2, "enableConfidentialTransferConfidentialCredits", {"account": A} | OWNER),
    (bytes([27, 10]), 2, "disableConfidentialTransferConfidentialCredits", {"account": A} | OWNER),
    (bytes([27, 11]), 2, "enableConfidentialTransferNonConfidentialCredits", {"account": A} | OWNER),
    (bytes([27, 12]), 2, "disableConfidentialTransferNonConfidentialCredits", {"account": A} | OWNER),
    (
        bytes([27, 13]) + BALANCE + TWO_CIPHERTEXTS + bytes([1, 2, 3, 4, 5]),
        5,
        "confidentialTransferWithFee",
        {"source": A, "mint": B, "destination": C, "newSourceDecryptableAvailableBalance": b64(8, 36)}
        | {"equalityProofInstructionOffset": 1, "transferAmountCiphertextValidityProofInstructionOffset": 2}
        | {"feeSigmaProofInstructionOffset": 3, "feeCiphertextValidityProofInstructionOffset": 4}
        | {"rangeProofInstructionOffset": 5, "instructionsSysvar": D}
        | OWNER,
    ),
    (bytes([27, 14]), 3, "configureConfidentialAccountWithRegistry", PAIR | {"registry": C}),
    (
        bytes([37, 0]) + bytes(KEYS[6]) + KEY32,
        1,
        "initializeConfidentialTransferFeeConfig",
        {"mint": A, "authority": G, "withdrawWithheldAuthorityElGamalPubkey": b64(7, 32)},
    ),
    (
        bytes([37, 1, 0]) + BALANCE,
        4,
        "withdrawWithheldConfidentialTransferTokensFromMint",
        WITHHELD | {"proofInstructionOffset": 0, "proofContextStateAccount": C, "withdrawWithheldAuthority": "last"},
    ),
    (
        bytes([37, 2, 2, 1]) + BALANCE,
        7,
        "withdrawWithheldConfidentialTransferTokensFromAccounts",
        WITHHELD
        | {"proofInstructionOffset": 1, "instructionsSysvar": C, "proofAccount": D}
        | {"withdrawWithheldAuthority": E, "sourceAccounts": [F, G]},
    ),
    (
        bytes([37, 3]),
        3,
        "harvestWithheldConfidentialTransferTokensToMint",
        {"mint": A, "sourceAccounts": [B, C]},
    ),
    (bytes([37, 4]), 2, "enableConfidentialTransferFeeHarvestToMint", {"account": A} | OWNER),
    (bytes([37, 5]), 2, "disableConfidentialTransferFeeHarvestToMint", {"account": A} | OWNER),
    (
        bytes([42, 0]) + KEY32 + BALANCE,
        1,
        "initializeConfidentialMintBurnMint",
        {"mint": A, "supplyElGamalPubkey": b64(7, 32), "decryptableSupply": b64(8, 36)},
    ),
    (
        bytes([42, 1]) + KEY32 + b"\0",
        3,
        "rotateConfidentialMintBurnSupplyElGamalPubkey",
        {"mint": A, "newSupplyElGamalPubkey": b64(7, 32), "proofInstructionOffset": 0, "proofAccount": B} | OWNER,
    ),
    (
        bytes([42, 2]) + BALANCE,
        2,
        "updateConfidentialMintBurnDecryptableSupply",
        {"mint": A, "newDecryptableSupply": b64(8, 36)} | OWNER,
    ),
    (
        bytes([42, 3]) + BALANCE + TWO_CIPHERTEXTS + b"\0\1\0",
        4,
        "confidentialMint",
        {"destination": A, "mint": B, "newDecryptableSupply": b64(8, 36), "instructionsSysvar": C} | SPLIT | OWNER,
    ),
    (
        bytes([42, 4]) + BALANCE + TWO_CIPHERTEXTS + b"\0\1\0",
        5,
        "confidentialBurn",
        {"destination": A, "mint": B, "newDecryptableAvailableBalance": b64(8, 36), "instructionsSysvar": C}
        | SPLIT
        | {"equalityProofContextStateAccount": D}
        | OWNER,
    ),
    (bytes([42, 5]), 2, "applyPendingBurn", {"mint": A} | OWNER),
]


@pytest.mark.parametrize(
    ("data", "count", "name", "info"), CONFIDENTIAL, ids=[f"{row[2]}-{row[1]}" for row in CONFIDENTIAL]
)
def test_confidential_instructions(data: bytes, count: int, name: str, info: dict[str, Any]) -> None:
    found = parsed(programs.TOKEN_2022, data, count)
    last = str(KEYS[count - 1])
    assert found == {"type": name, "info": {key: last if value == "last" else value for key, value in info.items()}}
    assert parsed(programs.TOKEN_2022, data, 0) is None
    # Data has an exact size; where there is none, what follows is not read.
    if len(data) > 2:
        assert parsed(programs.TOKEN_2022, data[:-1], count) is None
        assert parsed(programs.TOKEN_2022, data + b"\0", count) is None


def test_the_owner_of_a_confidential_account_may_be_a_multisig() -> None:
    found = parsed(programs.TOKEN_2022, bytes([27, 9]), 4)
    assert found["info"] == {"account": A, "multisigOwner": B, "signers": [C, D]}


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
