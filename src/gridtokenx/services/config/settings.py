"""The settings of all services: GTX_* in the environment, then one TOML file, then the defaults here."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from gridtokenx.chain.connection.cluster import parse_cluster
from gridtokenx.chain.errors import ClusterError, GridTokenXError

CONFIG_VARIABLE = "GTX_CONFIG"
DEFAULT_FILE = "gridtokenx.toml"
LEAST_SECRET = 32
HIDDEN = "(hidden)"
SCHEMES = {
    "websocket": ("ws", "wss"),
    "origin": ("http", "https"),
    "mqtt": ("mqtt", "mqtts"),
    "smtp": ("smtp", "smtps"),
}


class SettingsError(GridTokenXError):
    """Settings that cannot be used. The message names each with what to write."""


class ProcessRole(StrEnum):
    """The role of a process; a process may have several."""

    API = "api"
    INDEXER = "indexer"
    CRANK = "crank"
    BRIDGE = "bridge"
    NOTICES = "notices"


class Settings(BaseSettings):
    """One place's services. Lamports, seconds and bytes; paths are relative to where the process starts."""

    model_config = SettingsConfigDict(env_prefix="GTX_", extra="forbid", frozen=True)

    cluster: str = Field(
        default="localnet", description="localnet, devnet, testnet, mainnet, a URL, or URL#GENESIS_HASH"
    )
    websocket: str | None = Field(default=None, description="where subscriptions go, when not beside the cluster's URL")
    database: str = Field(default="sqlite+aiosqlite:///gridtokenx.db", description="SQLAlchemy's URL of the database")

    host: str = Field(default="127.0.0.1", description="address on which the API listens")
    port: int = Field(default=8080, ge=0, le=65535, description="its port; 0: chosen by the system")
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="port of /metrics on the loopback, beside the API; 0: none"
    )
    origin: str = Field(
        default="http://127.0.0.1:8080", description="address in people's browsers; wallets sign for its host"
    )
    secret: SecretStr = Field(
        default=SecretStr(""), description="at least 32 random characters; meters' keys hang on it"
    )
    body_limit: int = Field(default=262_144, ge=1_024, description="bytes of the largest request")

    gateway_key: Path | None = Field(default=None, description="keypair file of the API gateway: readings, clearing")
    matcher_key: Path | None = Field(default=None, description="keypair file of the matcher: settling, rent of epochs")
    sponsor_key: Path | None = Field(
        default=None, description="keypair file that pays for users; without it, users pay"
    )
    sponsor_user_daily: int = Field(
        default=30_000_000, ge=0, description="lamports that the sponsor lends a user in 24 h"
    )
    sponsor_daily: int = Field(
        default=2_000_000_000, ge=0, description="lamports that the sponsor lends everybody in 24 h"
    )
    priority_fee_cap: int = Field(
        default=0, ge=0, description="the most to pay, micro-lamports per compute unit; 0: nothing"
    )

    time_zone: str = Field(default="Asia/Bangkok", description="the campus's time zone, for people only")
    grid_price: int = Field(
        default=0, ge=0, description="what the utility asks for a kWh, base units of the payment token; 0: not told"
    )
    epochs_ahead: int = Field(
        default=4, ge=0, le=96, description="quarter-hours that the crank opens ahead of the present"
    )
    readings_patience: float = Field(
        default=60.0, ge=0, description="seconds to wait for readings before an epoch is cleared"
    )
    ami_folder: Path | None = Field(default=None, description="folder of CSV files that meters' systems write")
    mqtt: str | None = Field(
        default=None, description="mqtt:// or mqtts://user:password@host:port of the meters' broker"
    )
    gap_patience: float = Field(
        default=1_800.0, ge=0, description="seconds to wait for a missing quarter-hour of a meter"
    )
    mint_with_readings: bool = Field(default=False, description="whether the oracle mints for owners with each reading")

    smtp: str | None = Field(default=None, description="smtp://user:password@host:port for notices by e-mail")
    mail_from: str = Field(default="gridtokenx@localhost", description="sender of e-mails")
    operator_mail: str | None = Field(default=None, description="where alerts go")
    webhooks_private: bool = Field(
        default=False, description="whether webhooks may go to private addresses (tests only)"
    )
    demo_wallets: bool = Field(
        default=False, description="whether the page offers wallets of its own; on a localnet only"
    )

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        """A name of the time zone database."""
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("name a time zone such as Asia/Bangkok") from None
        return value

    @field_validator("database")
    @classmethod
    def known_database(cls, value: str) -> str:
        """One of the two drivers."""
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("give sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME")
        return value

    @field_validator("cluster")
    @classmethod
    def known_cluster(cls, value: str) -> str:
        """A name, or a URL."""
        try:
            parse_cluster(value)
        except ClusterError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("websocket", "origin", "mqtt", "smtp")
    @classmethod
    def known_address(cls, value: str | None, told: ValidationInfo) -> str | None:
        """An address of a kind that the setting can use."""
        schemes = SCHEMES[told.field_name or ""]
        try:
            fits = value is None or (urlsplit(value).scheme in schemes and bool(urlsplit(value).hostname))
            _ = None if value is None else urlsplit(value).port
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"give an address that begins with {' or '.join(f'{one}://' for one in schemes)}")
        return value

    @field_validator("secret")
    @classmethod
    def long_secret(cls, value: SecretStr) -> SecretStr:
        """Long enough, or none."""
        if value.get_secret_value() and len(value.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"give {LEAST_SECRET} random characters or more")
        return value

    @model_validator(mode="after")
    def demo_only_on_localnet(self) -> Settings:
        """Keys in a browser's storage are for play."""
        if self.demo_wallets and parse_cluster(self.cluster).name != "localnet":
            raise ValueError("demo_wallets is for a localnet only; leave it out for other clusters")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The caller's values come first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    @property
    def zone(self) -> ZoneInfo:
        """The campus's time zone."""
        return ZoneInfo(self.time_zone)

    def required(self, roles: Mapping[ProcessRole, bool]) -> list[str]:
        """The missing settings for these roles, in words."""
        missing: list[str] = []
        if roles.get(ProcessRole.API) and not self.secret.get_secret_value():
            missing.append("secret: 32 random characters or more (GTX_SECRET)")
        if (roles.get(ProcessRole.BRIDGE) or roles.get(ProcessRole.CRANK)) and self.gateway_key is None:
            missing.append("gateway_key: the API gateway's keypair file (GTX_GATEWAY_KEY)")
        if roles.get(ProcessRole.CRANK) and self.matcher_key is None:
            missing.append("matcher_key: the matcher's keypair file (GTX_MATCHER_KEY)")
        return missing


def config_file() -> Path | None:
    """The TOML file: GTX_CONFIG, else gridtokenx.toml here, if there is one. Raises SettingsError for one that is
    named and missing."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named is None:
        return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).exists() else None
    if not Path(named).is_file():
        raise SettingsError(f"{CONFIG_VARIABLE} names {named}, where there is no file")
    return Path(named)


def load_settings(**told: Any) -> Settings:
    """The settings; `told` wins over the environment. Raises SettingsError that names everything that is wrong."""
    unknown = [name for name in os.environ if _is_unknown(name)]
    if unknown:
        raise SettingsError(f"unknown settings: {', '.join(sorted(unknown))}; `gridtokenx config show` names all")
    try:
        return Settings(**told)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise SettingsError("the settings cannot be used: " + "; ".join(lines)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{config_file()} is not TOML: {error}") from None


def _is_unknown(variable: str) -> bool:
    name = variable.removeprefix("GTX_").lower()
    return variable.startswith("GTX_") and variable != CONFIG_VARIABLE and name not in Settings.model_fields


def shown(settings: Settings) -> dict[str, tuple[str, str]]:
    """Every setting with its value and its meaning, in words; without secrets, and without passwords in addresses."""
    rows: dict[str, tuple[str, str]] = {}
    for name, field in Settings.model_fields.items():
        value: Any = getattr(settings, name)
        if isinstance(value, SecretStr):
            text = HIDDEN if value.get_secret_value() else ""
        else:
            text = "" if value is None else _without_password(str(value))
        rows[name] = (text, field.description or "")
    return rows


def _without_password(text: str) -> str:
    """An address without the parts that let somebody in: a password, and the query, where providers put their keys."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text
    place, question, _ = rest.partition("?")
    account, at, host = place.rpartition("@")
    if at and ":" in account:
        place = f"{account.partition(':')[0]}:{HIDDEN}@{host}"
    return f"{scheme}://{place}?{HIDDEN}" if question else f"{scheme}://{place}"
