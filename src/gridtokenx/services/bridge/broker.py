"""MQTT: `gtx/meters/{id}/reading` at QoS 1. A message is acknowledged when its reading is kept, not before."""

from __future__ import annotations

import asyncio
import json
import ssl
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import aiomqtt
import structlog
from solana.exceptions import SolanaRpcException

from gridtokenx.chain.errors import ClusterError, StateError
from gridtokenx.services.bridge.mapper import CannotMap
from gridtokenx.services.bridge.registers import Intake

TOPIC = "gtx/meters/+/reading"
CLIENT = "gridtokenx-bridge"
QOS = 1
PORTS = {"mqtt": 1_883, "mqtts": 8_883}
PAUSE, LONGEST_PAUSE = 0.5, 10.0
LARGEST = 4_096
AWAY = (aiomqtt.MqttError, ClusterError, StateError, SolanaRpcException, OSError)

log = structlog.get_logger("broker")


@dataclass
class Broker:
    """The meters' broker. The session lasts: what comes while nobody listens is kept there."""

    url: str
    intake: Intake

    async def run(self) -> None:
        """Takes messages in, until it is cancelled; a broker that is away is waited for."""
        pause = PAUSE
        while True:
            try:
                await self._listen()
            except AWAY as error:
                log.warning("broker or node away", error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                pause = PAUSE

    async def _listen(self) -> None:
        at = urlsplit(self.url)
        client = aiomqtt.Client(
            at.hostname or "127.0.0.1",
            at.port or PORTS[at.scheme],
            username=None if at.username is None else unquote(at.username),
            password=None if at.password is None else unquote(at.password),
            tls_context=ssl.create_default_context() if at.scheme == "mqtts" else None,
            identifier=CLIENT,
            clean_session=False,
        )
        # aiomqtt acknowledges on arrival; paho, beneath it, can be told to wait. It must know before it connects: the
        # broker sends what it kept at once.
        paho = cast(Any, client)._client
        paho.manual_ack_set(True)
        async with client:
            await client.subscribe(TOPIC, qos=QOS)
            async for message in client.messages:
                await self.take(str(message.topic), cast(Any, message.payload))
                paho.ack(message.mid, message.qos)

    async def take(self, topic: str, payload: Any) -> None:
        """One message. The bridge keeps a message that is no reading as a dead letter, so that the broker does not send
        it for ever."""
        meter_id = topic.split("/")[2]
        try:
            if not isinstance(payload, (bytes, bytearray)) or len(payload) > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
            body = json.loads(payload)
            if not isinstance(body, dict):
                raise ValueError("no object")
        except (ValueError, RecursionError) as error:
            await self.intake.bury(
                "mqtt", f"{meter_id}: {payload!r}"[:1_000], f"the message is no JSON object: {error}"
            )
            return
        try:
            await self.intake.take(meter_id, cast(dict[str, Any], body), "mqtt")
        except CannotMap as error:
            log.warning("no reading", meter=meter_id, reason=str(error))
