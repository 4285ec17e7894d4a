"""Subscription: a merchant may take an agreed amount in each period, and no more."""

from enum import IntEnum

from seahorse.prelude import *

declare_id("41F3SQWf9Ws23bfxcCo79pH2KgtTATJ5YksUxr64uBjR")


class Period(IntEnum):
    DAILY = 86_400
    WEEKLY = 7 * 86_400
    MONTHLY = 30 * 86_400


class Plan(Account):
    merchant: Pubkey
    mint: Pubkey
    receiver: Pubkey
    price: u64
    period: Period
    name: String[32]
    subscribers: u32
    bump: u8


class Subscription(Account):
    plan: Pubkey
    subscriber: Pubkey
    paid_until: i64
    payments: u32
    bump: u8

    def is_active(self, now: i64 | None = None) -> bool:
        at = now if now is not None else Clock.get().unix_timestamp()
        return at < self.paid_until


class SubscriptionError(Error):
    NOT_DUE = 6000, "Nothing is due yet"
    WRONG_RECEIVER = 6001, "Payments go to the merchant's account"
    INACTIVE = 6002, "The subscription has ended"


class Charged(Event):
    subscription: Pubkey
    amount: u64
    paid_until: i64


PlanPda = Annotated[Plan, Seeds("plan", arg.plan.merchant, arg.plan.name)]
SubscriptionPda = Annotated[Subscription, Seeds("subscription", arg.plan, arg.subscription.subscriber)]


@instruction
def offer(
    merchant: Signer, plan: Empty[Plan], mint: TokenMint, receiver: TokenAccount, name: str, price: u64, period: Period
):
    p = plan.init(payer=merchant, seeds=["plan", merchant, name])
    p.merchant = merchant.key()
    p.mint, p.receiver = mint.key(), receiver.key()
    p.price, p.period = price, period
    p.name = name


def charge_once(plan: Plan, subscription: Subscription, periods: u64) -> u64:
    start = max(subscription.paid_until, Clock.get().unix_timestamp())
    subscription.paid_until = start + i64(plan.period.value * periods)
    subscription.payments += u32(periods)
    return plan.price * periods


@instruction
def subscribe(
    subscriber: Signer,
    plan: PlanPda,
    subscription: Empty[Subscription],
    wallet: TokenAccount,
    receiver: TokenAccount,
    periods: u64,
):
    """Pay for the first period, and allow the merchant to take the next ones."""
    assert receiver.key() == plan.receiver, SubscriptionError.WRONG_RECEIVER
    s = subscription.init(payer=subscriber, seeds=["subscription", plan, subscriber])
    s.plan, s.subscriber = plan.key(), subscriber.key()
    amount = charge_once(plan, s, 1)
    wallet.transfer(subscriber, receiver, amount)
    wallet.approve(subscriber, subscription, plan.price * periods)
    plan.subscribers += 1


@instruction
def charge(plan: PlanPda, subscription: SubscriptionPda, wallet: TokenAccount, receiver: TokenAccount):
    """Anybody may call this once a payment is due."""
    assert receiver.key() == plan.receiver, SubscriptionError.WRONG_RECEIVER
    assert not subscription.is_active(), SubscriptionError.NOT_DUE
    amount = charge_once(plan, subscription, 1)
    wallet.transfer(subscription.signer(), receiver, amount)
    Charged(subscription.key(), amount, subscription.paid_until).emit()


@instruction
def cancel(subscriber: Signer, plan: PlanPda, subscription: SubscriptionPda, wallet: TokenAccount):
    assert subscription.subscriber == subscriber.key()
    wallet.revoke(subscriber)
    plan.subscribers -= 1
    subscription.close(subscriber)
