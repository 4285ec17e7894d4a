"""Features that are not active: named on the command line, or not active at the RPC that is cloned."""

from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey

from solana_localnet.chain.vm import active_features
from solana_localnet.validator.flags import ValidatorFlags
from solana_localnet.validator.genesis import inactive_at
from solana_localnet.validator.remote import Remote, RemoteError


class FeatureError(Exception):
    """A feature that cannot be switched off. The text says which and why."""


def read_features(flags: ValidatorFlags) -> tuple[Pubkey, ...]:
    """The features to take away. Raises FeatureError."""
    found: list[Pubkey] = []
    active = active_features(LiteSVM()).active
    for text in flags.deactivated:
        try:
            feature = Pubkey.from_string(text)
        except ValueError as error:
            raise FeatureError(f"--deactivate-feature: {text!r} is not an address ({error})") from None
        if feature not in active:
            raise FeatureError(f"--deactivate-feature: no feature {feature} is active here")
        found.append(feature)
    if flags.clone_feature_set and flags.url is not None:
        try:
            found += inactive_at(Remote(flags.url), sorted(active, key=str))
        except RemoteError as error:
            raise FeatureError(str(error)) from None
    return tuple(dict.fromkeys(found))
