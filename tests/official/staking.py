"""Checks of stakes and vote accounts by the `solana` command."""

from tests.official.checks import Desk, check, expect


def validator(desk: Desk) -> str:
    """The vote account of the cluster's validator."""
    return desk.solana_json("validators")["validators"][0]["voteAccountPubkey"]


@check("create-stake-account, delegate-stake, stake-account, deactivate-stake")
def delegation(desk: Desk) -> None:
    """Stake for the cluster's validator."""
    stake = desk.key("stake")
    desk.solana("create-stake-account", stake, "10")
    desk.solana("delegate-stake", stake, validator(desk))
    shown = desk.solana_json("stake-account", desk.address("stake"))
    expect(shown["delegatedVoteAccountAddress"] == validator(desk), "it is delegated")
    expect(shown["delegatedStake"] == 10 * 10**9 - shown["rentExemptReserve"], "with all but the reserve")
    expect(desk.address("stake") in desk.solana("stakes", validator(desk)), "the validator's stakes list it")
    desk.solana("deactivate-stake", stake)


@check("split-stake, merge-stake, withdraw-stake, stake-authorize")
def stake_accounts(desk: Desk) -> None:
    """Stakes that are not delegated move freely."""
    stake, part = desk.key("free stake"), desk.key("part")
    desk.solana("create-stake-account", stake, "10")
    desk.solana("split-stake", stake, part, "3")
    expect("Balance: 3" in desk.solana("stake-account", desk.address("part")), "the part has its share")
    desk.solana("merge-stake", stake, part)
    desk.solana("withdraw-stake", stake, desk.address("friend"), "1")
    desk.solana("stake-authorize", stake, "--new-withdraw-authority", desk.address("friend"))
    denied = desk.solana("withdraw-stake", stake, desk.address("friend"), "1", fails=True)
    expect(len(denied) > 0, "the old authority may not withdraw any more")
    locked = desk.key("locked")
    lockup = ("--lockup-date", "2099-01-01T00:00:00Z", "--custodian", desk.address("friend"))
    desk.solana("create-stake-account", locked, "2", *lockup)
    expect("Lockup" in desk.solana("stake-account", desk.address("locked")), "the lockup is shown")


@check("create-vote-account, vote-account, vote-update, withdraw, close")
def vote_accounts(desk: Desk) -> None:
    """A vote account's life without a validator behind it."""
    vote, owner = desk.key("vote"), desk.key("wallet")
    desk.solana("create-vote-account", vote, desk.key("node"), owner, "--commission", "5")
    shown = desk.solana_json("vote-account", desk.address("vote"))
    expect(shown["validatorIdentity"] == desk.address("node"), "it has its identity")
    desk.solana("vote-update-commission", vote, "7", owner)
    expect(desk.solana_json("vote-account", desk.address("vote"))["commission"] == 7, "the commission changed")
    desk.solana("vote-update-validator", vote, desk.key("other node"), owner)
    desk.solana("vote-authorize-voter-checked", vote, desk.key("node"), desk.key("voter"))
    desk.solana("transfer", desk.address("vote"), "1")
    desk.solana("withdraw-from-vote-account", vote, desk.address("friend"), "0.5")
    desk.solana("close-vote-account", vote, desk.address("friend"))
