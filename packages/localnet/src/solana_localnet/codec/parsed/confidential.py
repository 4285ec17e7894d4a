"""Token-2022's confidential instructions (agave `parse_token/extension/confidential_*.rs`).

A proof comes as an earlier instruction (an offset that is not 0, and the sysvar of instructions), or in an account.
This module reads the accounts between the named ones and the owner as accounts of proofs, never as signers of a
multisig. Agave makes the same guess.
"""

import base64

from solana_localnet.codec.parsed.fields import Fields, Keys, Parsed, kind, named, with_authority

CIPHERTEXT, ELGAMAL_KEY, BALANCE = 64, 32, 36
"""Bytes of an ElGamal ciphertext, of an ElGamal key, and of a balance that its owner can decrypt."""


def parse_confidential_transfer(keys: Keys, data: Fields) -> Parsed | None:
    """An instruction of confidential transfers behind its tag, None when it is not known."""
    tag = data.number("B")
    if tag in _SIMPLE:
        name, accounts, at_least = _SIMPLE[tag]
        return _owned(name, named(accounts, keys), keys, len(accounts.split()), at_least)
    parse = {
        0: _initialize_mint,
        1: _update_mint,
        2: _configure_account,
        3: _approve_account,
        4: _empty_account,
        5: _deposit,
        6: _withdraw,
        7: _transfer,
        8: _apply_pending_balance,
        13: _transfer_with_fee,
        14: _configure_with_registry,
    }.get(tag)
    return None if parse is None else parse(keys, data)


def parse_confidential_fee(keys: Keys, data: Fields) -> Parsed | None:
    """An instruction of fees on confidential transfers behind its tag, None when it is not known."""
    tag = data.number("B")
    if tag == 0:
        authority, key = data.nonzero_key(), _optional_elgamal(data)
        info = _complete(data, named("mint", keys) | {"withdrawWithheldAuthorityElGamalPubkey": key})
        return kind("initializeConfidentialTransferFeeConfig", _with("authority", authority, info))
    if tag == 1:
        info = named("mint feeRecipient", keys)
        return _withdraw_withheld("FromMint", "recordAccount", info, keys, data, 0)
    if tag == 2:
        count = data.number("B")
        _at_least(keys, 4 + count)
        rest, sources = keys[: len(keys) - count], keys[len(keys) - count :]
        info = named("mint feeRecipient", keys) | {"sourceAccounts": sources}
        return _withdraw_withheld("FromAccounts", "proofAccount", info, rest, data, count)
    if tag == 3:
        info = named("mint", keys) | {"sourceAccounts": keys[1:]}
        return kind("harvestWithheldConfidentialTransferTokensToMint", info)
    if tag in (4, 5):
        name = ("enable", "disable")[tag - 4] + "ConfidentialTransferFeeHarvestToMint"
        return _owned(name, named("account", keys), keys, 1, 2)
    return None


def parse_confidential_mint_burn(keys: Keys, data: Fields) -> Parsed | None:
    """An instruction of confidential mints and burns behind its tag, None when it is not known."""
    tag = data.number("B")
    if tag == 0:
        info = named("mint", keys) | {"supplyElGamalPubkey": _text(data, ELGAMAL_KEY)}
        info["decryptableSupply"] = _text(data, BALANCE)
        return kind("initializeConfidentialMintBurnMint", _complete(data, info))
    if tag == 1:
        info = named("mint", keys) | {"newSupplyElGamalPubkey": _text(data, ELGAMAL_KEY)}
        offset = info["proofInstructionOffset"] = data.number("b")
        _at_least(keys, 3)
        info["instructionsSysvar" if offset else "proofAccount"] = keys[1]
        return _owned("rotateConfidentialMintBurnSupplyElGamalPubkey", _complete(data, info), keys, 2, 3)
    if tag == 2:
        info = _complete(data, named("mint", keys) | {"newDecryptableSupply": _text(data, BALANCE)})
        return _owned("updateConfidentialMintBurnDecryptableSupply", info, keys, 1, 2)
    if tag in (3, 4):
        name = ("confidentialMint", "confidentialBurn")[tag - 3]
        balance = ("newDecryptableSupply", "newDecryptableAvailableBalance")[tag - 3]
        info = named("destination mint", keys) | {balance: _text(data, BALANCE)}
        data.take(2 * CIPHERTEXT)
        proofs = ("equality", "ciphertextValidity", "range")
        return _proven(name, info, keys, 2, 3, data, {proof: data.number("b") for proof in proofs})
    if tag == 5:
        return _owned("applyPendingBurn", named("mint", keys), keys, 1, 2)
    return None


_SIMPLE = {
    9: ("enableConfidentialTransferConfidentialCredits", "account", 2),
    10: ("disableConfidentialTransferConfidentialCredits", "account", 2),
    11: ("enableConfidentialTransferNonConfidentialCredits", "account", 2),
    12: ("disableConfidentialTransferNonConfidentialCredits", "account", 2),
}
"""Name, accounts before the owner, accounts at least."""


def _initialize_mint(keys: Keys, data: Fields) -> Parsed:
    authority = data.nonzero_key()
    info = _complete(data, named("mint", keys) | _approval(data))
    return kind("initializeConfidentialTransferMint", _with("authority", authority, info))


def _update_mint(keys: Keys, data: Fields) -> Parsed:
    info = named("mint confidentialTransferMintAuthority", keys) | _approval(data)
    return kind("updateConfidentialTransferMint", _complete(data, info))


def _configure_account(keys: Keys, data: Fields) -> Parsed:
    info = named("account mint", keys) | {"decryptableZeroBalance": _text(data, BALANCE)}
    info["maximumPendingBalanceCreditCounter"] = data.number("Q")
    return _proven_once("configureConfidentialTransferAccount", info, keys, 2, data)


def _approve_account(keys: Keys, data: Fields) -> Parsed:
    names = "account mint confidentialTransferAuditorAuthority"
    return kind("approveConfidentialTransferAccount", named(names, keys))


def _configure_with_registry(keys: Keys, data: Fields) -> Parsed:
    return kind("configureConfidentialAccountWithRegistry", named("account mint registry", keys))


def _empty_account(keys: Keys, data: Fields) -> Parsed:
    return _proven_once("emptyConfidentialTransferAccount", named("account", keys), keys, 1, data)


def _deposit(keys: Keys, data: Fields) -> Parsed:
    info = named("source destination mint", keys) | {"amount": data.number("Q"), "decimals": data.number("B")}
    return _owned("depositConfidentialTransfer", _complete(data, info), keys, 3, 4)


def _withdraw(keys: Keys, data: Fields) -> Parsed:
    info = named("source destination mint", keys) | {"amount": data.number("Q"), "decimals": data.number("B")}
    info["newDecryptableAvailableBalance"] = _text(data, BALANCE)
    proofs = {"equality": data.number("b"), "range": data.number("b")}
    return _proven("withdrawConfidentialTransfer", info, keys, 3, 5, data, proofs)


def _transfer(keys: Keys, data: Fields) -> Parsed:
    info = named("source mint destination", keys) | {"newSourceDecryptableAvailableBalance": _text(data, BALANCE)}
    data.take(2 * CIPHERTEXT)
    proofs = {proof: data.number("b") for proof in ("equality", "ciphertextValidity", "range")}
    return _proven("confidentialTransfer", info, keys, 3, 4, data, proofs)


def _transfer_with_fee(keys: Keys, data: Fields) -> Parsed:
    info = named("source mint destination", keys) | {"newSourceDecryptableAvailableBalance": _text(data, BALANCE)}
    data.take(2 * CIPHERTEXT)
    equality, amount, sigma, fee, ranges = (data.number("b") for _ in range(5))
    # The accounts come in another order than the offsets.
    proofs = {
        "equality": equality,
        "transferAmountCiphertextValidity": amount,
        "feeCiphertextValidity": fee,
        "feeSigma": sigma,
        "range": ranges,
    }
    return _proven("confidentialTransferWithFee", info, keys, 3, 4, data, proofs)


def _apply_pending_balance(keys: Keys, data: Fields) -> Parsed:
    info = named("account", keys) | {"expectedPendingBalanceCreditCounter": data.number("Q")}
    info["newDecryptableAvailableBalance"] = _text(data, BALANCE)
    return _owned("applyPendingConfidentialTransferBalance", _complete(data, info), keys, 1, 2)


def _withdraw_withheld(where: str, record: str, info: Parsed, keys: Keys, data: Fields, sources: int) -> Parsed:
    offset = data.number("b")
    info |= {"proofInstructionOffset": offset, "newDecryptableAvailableBalance": _text(data, BALANCE)}
    _at_least(keys, 4)
    at = _one_proof(info, keys, 2, offset, record)
    name = f"withdrawWithheldConfidentialTransferTokens{where}"
    return kind(name, with_authority(_complete(data, info), "withdrawWithheldAuthority", keys, at))


def _proven_once(name: str, info: Parsed, keys: Keys, at: int, data: Fields) -> Parsed:
    """An instruction with one proof, at the end of its data and behind the first `at` accounts."""
    offset = info["proofInstructionOffset"] = data.number("b")
    _at_least(keys, at + 2)
    return kind(name, with_authority(_complete(data, info), "owner", keys, _one_proof(info, keys, at, offset)))


def _one_proof(info: Parsed, keys: Keys, at: int, offset: int, record: str = "recordAccount") -> int:
    """Names the accounts of one proof from `at` on; answers where the next account is."""
    if offset == 0:
        info["proofContextStateAccount"] = keys[at]
        return at + 1
    info["instructionsSysvar"] = keys[at]
    if len(keys) <= at + 2:
        return at + 1
    info[record] = keys[at + 1]
    return at + 2


def _proven(
    name: str, info: Parsed, keys: Keys, at: int, at_least: int, data: Fields, proofs: dict[str, int]
) -> Parsed:
    """An instruction with several proofs, whose accounts come behind the first `at`. proofs: names and offsets."""
    _at_least(keys, at_least)
    _complete(data, info)
    info |= {f"{proof}ProofInstructionOffset": offset for proof, offset in proofs.items()}
    last = len(keys) - 1
    if at < last and any(proofs.values()):
        info["instructionsSysvar"] = keys[at]
        at += 1
    for proof, offset in proofs.items():
        if at < last:
            info[f"{proof}Proof{'RecordAccount' if offset else 'ContextStateAccount'}"] = keys[at]
            at += 1
    return kind(name, with_authority(info, "owner", keys, at))


def _owned(name: str, info: Parsed, keys: Keys, at: int, at_least: int) -> Parsed:
    _at_least(keys, at_least)
    return kind(name, with_authority(info, "owner", keys, at))


def _at_least(keys: Keys, count: int) -> None:
    if len(keys) < count:
        raise IndexError("the instruction has too few accounts")


def _complete(data: Fields, info: Parsed) -> Parsed:
    """`info`, when the data ends here: these instructions have an exact size."""
    if data.at != len(data.data):
        raise ValueError("the instruction's data is too long")
    return info


def _with(name: str, value: str | None, info: Parsed) -> Parsed:
    return info if value is None else info | {name: value}


def _text(data: Fields, size: int) -> str:
    return base64.b64encode(data.take(size)).decode()


def _optional_elgamal(data: Fields) -> str | None:
    raw = data.take(ELGAMAL_KEY)
    return base64.b64encode(raw).decode() if any(raw) else None


def _approval(data: Fields) -> Parsed:
    automatic = bool(data.number("B"))
    return {"autoApproveNewAccounts": automatic, "auditorElGamalPubkey": _optional_elgamal(data)}
