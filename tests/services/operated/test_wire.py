"""What comes over the wire that no HTTP client would send: each hears what to do, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from gridtokenx.services.api import app as application
from gridtokenx.services.api.app import create_app
from gridtokenx.services.running.protocol import MOST_HEAD
from gridtokenx.services.running.web import Web

HOST = b"Host: x\r\n"
POST = b"POST /api/auth/challenge HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNK = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
PATIENCE = 20.0


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(application, "BODY_SECONDS", 0.5)
    app: FastAPI = create_app()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(Web(app, "127.0.0.1", 0, ready.set_result).run())
    yield await ready
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def answered(port: int, *parts: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what comes back; the connection may end while we send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            try:
                await writer.drain()
            except OSError:
                break
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        return int(lines[0].split()[1]), headers, body
    finally:
        writer.close()


WRONG: list[tuple[str, int, list[bytes]]] = [
    ("no HTTP", 400, [b"\x16\x03\x01\x02\x00"]),
    ("a method of nobody", 400, [b"FOO /api/market HTTP/1.1\r\n" + HOST + b"\r\n"]),
    ("a header with control characters", 400, [b"GET /healthz HTTP/1.1\r\n" + HOST + b"A: \x01\r\n\r\n"]),
    ("a negative length", 400, [POST + b"Content-Length: -5\r\n\r\n"]),
    ("two lengths", 400, [POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345"]),
    ("length and chunks", 400, [POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]),
    ("a length past the limit", 413, [POST + b"Content-Length: 99999999999\r\n\r\n"]),
    ("chunks past the limit", 413, [POST + b"Transfer-Encoding: chunked\r\n\r\n", *[CHUNK] * 40, b"0\r\n\r\n"]),
    ("a body that does not come", 408, [POST + b"Content-Length: 10\r\n\r\n{"]),
    ("a body that is no UTF-8", 400, [POST + b'Content-Length: 4\r\n\r\n"\xff\xff"']),
    ("a deep body", 400, [POST + b"Content-Length: 90000\r\n\r\n" + b"[" * 90_000]),
    ("no JSON", 422, [b"POST /api/auth/challenge HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b"]),
    ("a head without end", 431, [b"GET /healthz HTTP/1.1\r\nHost: x\r\n", *[b"A: " + b"a" * 9_000 + b"\r\n"] * 100]),
    ("one header without end", 431, [b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: ", *[b"a" * 9_000] * 100]),
    ("an address without end", 431, [b"GET /", *[b"a" * 9_000] * 100]),
]


@pytest.mark.parametrize(("name", "status", "parts"), WRONG, ids=[one[0] for one in WRONG])
async def test_what_no_client_sends_is_a_problem(port: int, name: str, status: int, parts: list[bytes]):
    got, headers, body = await answered(port, *parts)
    assert got == status, body
    assert headers["content-type"] == "application/problem+json"
    told = json.loads(body)
    assert told["status"] == status
    assert told["detail"], told
    assert "parsing the body" not in told["title"]
    well, _, _ = await answered(port, b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
    assert well == 200


async def test_a_head_up_to_the_limit_and_many_on_one_connection_are_taken(port: int):
    long = b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + b"a" * (MOST_HEAD // 2) + b"\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(long * 6)
    async with asyncio.timeout(PATIENCE):
        for _ in range(6):
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in head.split(b"\r\n")[0]
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
    writer.close()
