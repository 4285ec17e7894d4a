"""Steps of people and meters: the registry, the oracle's readings, the energy token."""

from __future__ import annotations

from tests.market.e2e.stateful.campus import METERS, SPARE, USERS
from tests.market.e2e.stateful.chain_and_model import ChainAndModel
from tests.market.e2e.stateful.vm import DEPLOYER, key_of


class RegistrySteps(ChainAndModel):
    """People, their meters, what these read, and what is minted for it."""

    # --- people and meters ---

    def register(self, user: str) -> None:
        registered = user in self.model.users
        kind = "Prosumer" if USERS[user] else "Consumer"
        self.act(
            lambda: self.model.register(user, USERS[user]),
            "registry",
            "register_user",
            kind,
            "campus",
            "Student",
            by=("user_authority", "payer", "registry_authority"),
            user_authority=key_of(user),
            payer=key_of(user),
            registry_authority=DEPLOYER,
            user_account=self.user_key(user),
        )
        if not registered and user in self.model.users:
            opened = self.vm.call(
                "trading",
                "open_trading_account",
                (),
                ("user", "payer"),
                user=key_of(user),
                payer=key_of(user),
                trading_account=self.trader_key(user),
            )
            assert opened.error is None
            self.state = self.vm.raw()

    def register_meter(self, meter: str) -> None:
        owner, kind = meter.split("-")[0].lower(), {**METERS, **SPARE}[meter]
        self.act(
            lambda: self.model.register_meter(meter, owner, kind),
            "registry",
            "register_meter",
            meter,
            kind,
            by=("owner", "payer", "registry_authority"),
            owner=key_of(owner),
            payer=key_of(owner),
            registry_authority=DEPLOYER,
            user_account=self.user_key(owner),
            meter_account=self.meter_key(meter),
        )

    def remove_meter(self, meter: str) -> None:
        owner = meter.split("-")[0].lower()
        self.act(
            lambda: self.model.remove_meter(meter),
            "registry",
            "remove_meter",
            by=("authority",),
            authority=key_of("deployer"),
            payer=key_of(owner),
            user_account=self.user_key(owner),
            meter_account=self.meter_key(meter),
        )

    def register_by_mistake(self, meter: str) -> None:
        """A meter that is registered, and removed before it was ever read."""
        self.register_meter(meter)
        self.remove_meter(meter)

    def set_user_status(self, user: str, status: str) -> None:
        self.act(
            lambda: self.model.set_status(user, status),
            "registry",
            "update_user_status",
            status,
            by=("authority",),
            authority=key_of("deployer"),
            user_account=self.user_key(user),
        )

    def set_meter_status(self, meter: str, status: str) -> None:
        self.act(
            lambda: self.model.set_meter_status(meter, status),
            "registry",
            "update_meter_status",
            status,
            by=("authority",),
            authority=key_of("deployer"),
            meter_account=self.meter_key(meter),
        )

    # --- readings and minting ---

    def read(self, meter: str, produced: int, consumed: int, ahead: int) -> None:
        timestamp = self.model.now + ahead
        self.act(
            lambda: self.model.read(meter, produced, consumed, timestamp),
            "oracle",
            "submit_meter_reading",
            meter,
            produced,
            consumed,
            timestamp,
            by=("api_gateway",),
            api_gateway=key_of("gateway"),
            meter_account=self.meter_key(meter),
        )
        self.wait(10)

    def process(self, meter: str, produced: int, consumed: int) -> None:
        timestamp, owner = self.model.now, self.model.meters[meter].owner
        self.act(
            lambda: self.model.process(meter, produced, consumed, timestamp),
            "oracle",
            "process_energy_data",
            meter,
            produced,
            consumed,
            timestamp,
            by=("api_gateway",),
            api_gateway=key_of("gateway"),
            meter_account=self.meter_key(meter),
            user_account=self.user_key(owner),
            owner_token_account=self.tokens(owner, "GRID"),
        )
        self.wait(10)

    def mint(self, meter: str) -> None:
        owner = self.model.meters[meter].owner
        self.act(
            lambda: self.model.mint(meter),
            "energy_token",
            "mint_grid_tokens",
            by=("meter_owner",),
            meter_account=self.meter_key(meter),
            user_account=self.user_key(owner),
            user_token_account=self.tokens(owner, "GRID"),
            meter_owner=key_of(owner),
            validator=None,
            rec_validator=None,
        )

    def transfer(self, sender: str, receiver: str, share: int) -> None:
        amount = self.model.purse(sender, "GRID") * share // 100
        self.act(
            lambda: self.model.transfer(sender, receiver, amount),
            "energy_token",
            "transfer_tokens",
            amount,
            by=("owner",),
            owner=key_of(sender),
            sender_token_account=self.tokens(sender, "GRID"),
            recipient_token_account=self.tokens(receiver, "GRID"),
        )

    def burn(self, user: str, share: int) -> None:
        amount = self.model.purse(user, "GRID") * share // 100
        self.act(
            lambda: self.model.burn(user, amount),
            "energy_token",
            "burn_tokens",
            amount,
            by=("owner",),
            owner=key_of(user),
            token_account=self.tokens(user, "GRID"),
        )
