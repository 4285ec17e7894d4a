"""Subscriptions: plans, monthly payments, cancellation."""
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Optional, Union

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Period(Enum):
    DAILY = 1
    WEEKLY = 7
    MONTHLY = 30
    YEARLY = 365

    @property
    def seconds(self) -> i64:
        return self.value * 86_400

    def __str__(self):
        return self.name.lower()


class SubError(Error):
    NOT_DUE = 6000, "Payment is not due"
    INACTIVE = 6001, "Subscription is not active"
    TOO_MANY = 6002, "Too many periods"
    WRONG_PLAN = 6003, "Wrong plan"


class Plan(Account):
    GRACE: ClassVar[i64] = 3 * 86_400
    merchant: Pubkey
    price: u64
    period: Period
    discount: Optional[u8]
    subscribers: u32
    active: bool
    bump: u8

    def price_for(self, periods: u64) -> u64:
        full = self.price * periods
        if self.discount is not None and periods >= 12:
            full -= full * self.discount // 100
        return full


class Subscription(Account):
    plan: Pubkey
    customer: Pubkey
    paid_until: i64
    total_paid: u64
    cancelled_at: Optional[i64]
    bump: u8

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def is_active(self, now: i64, grace: i64 = Plan.GRACE) -> bool:
        return not self.is_cancelled and now <= self.paid_until + grace

    def extend(self, period: Period, times: int = 1) -> None:
        self.paid_until += period.seconds * times


@dataclass
class Receipt:
    amount: u64
    paid_until: i64


SubscriptionPda = Annotated[Subscription, Seeds("sub", arg.plan, arg.customer)]


@instruction
def create_plan(
    merchant: Signer,
    plan: Empty[Plan],
    plan_id: u16,
    price: u64,
    period: Period = Period.MONTHLY,
    discount: Union[u8, None] = None,
):
    assert price > 0
    assert discount is None or discount <= 90, "discount too high"
    p = plan.init(payer=merchant, seeds=["plan", merchant, plan_id])
    p.merchant = merchant.key()
    p.price = price
    p.period = period
    p.discount = discount
    p.active = True
    print(f"plan {plan_id}: {price} {period}")


@instruction
def subscribe(
    customer: Signer, merchant: UncheckedAccount, plan: Plan, subscription: Empty[Subscription], periods: u16 = 1
) -> Receipt:
    assert plan.active, SubError.INACTIVE
    assert merchant.key() == plan.merchant, SubError.WRONG_PLAN
    assert 1 <= periods <= 24, SubError.TOO_MANY
    s = subscription.init(payer=customer, seeds=["sub", plan, customer])
    cost = plan.price_for(periods)
    customer.transfer_lamports(merchant, cost)
    s.plan, s.customer = plan.key(), customer.key()
    s.paid_until = Clock.get().unix_timestamp()
    s.extend(plan.period, periods)
    s.total_paid = cost
    plan.subscribers += 1
    return Receipt(cost, s.paid_until)


@instruction
def renew(customer: Signer, merchant: UncheckedAccount, plan: Plan, subscription: SubscriptionPda) -> Receipt:
    now = Clock.get().unix_timestamp()
    assert subscription.is_active(now), SubError.INACTIVE
    assert merchant.key() == plan.merchant
    if (left := subscription.paid_until - now) > plan.period.seconds:
        print(f"{left // 86400} days left")
        raise SubError.NOT_DUE
    customer.transfer_lamports(merchant, plan.price)
    subscription.extend(plan.period)
    subscription.total_paid += plan.price
    return Receipt(amount=plan.price, paid_until=subscription.paid_until)


@instruction
def cancel(customer: Signer, plan: Plan, subscription: SubscriptionPda, *, immediately: bool = False):
    assert not subscription.is_cancelled, SubError.INACTIVE
    subscription.cancelled_at = Clock.get().unix_timestamp()
    plan.subscribers -= 1
    if immediately:
        subscription.close(customer)
