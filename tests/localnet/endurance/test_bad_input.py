"""Whatever comes in, a JSON-RPC error goes out, and the server serves the next one."""

import base64
import http.client
import json
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey
from solders.signature import Signature
from tests.localnet.client import Rpc, encoded
from tests.localnet.test_transactions import payment

from solana_localnet.rpc.dispatcher import FAMILIES
from solana_localnet.rpc.registry import METHODS
from solana_localnet.spawn import Localnet, spawn

assert FAMILIES
EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
# These answer at length or throw everything away, and are driven elsewhere.
EXCLUDED = {"surfnet_resetNetwork", "getLeaderSchedule"}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from([str(Pubkey.new_unique()), str(Signature.new_unique()), "base64", "jsonParsed", "all"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["encoding", "filters", "memcmp", "bytes", "offset", "dataSlice", "length", "limit", "mint"]
            )
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def net() -> Iterator[Localnet]:
    """A localnet with a small limit, so that too large is quickly reached."""
    with spawn(python=sys.executable, args=["--max-body", "65536"]) as running:
        yield running


def answered(rpc: Rpc, body: bytes) -> Any:
    """The answer to a body, which must be JSON-RPC; afterwards the server must still be well."""
    status, answer = rpc.post(body)
    assert status == 200, answer
    assert rpc("getHealth") == "ok"
    return json.loads(answer) if answer else None


@EXAMPLES
@given(body=st.binary(max_size=300))
def test_any_bytes(rpc: Rpc, body: bytes) -> None:
    text = body.decode(errors="ignore")
    if text.encode() != body:
        status, words = rpc.post(body)
        assert status == 400
        assert words.startswith(b"utf-8 encoding error at byte ")
        assert rpc("getHealth") == "ok"
        return
    answer = answered(rpc, body)
    for item in answer if isinstance(answer, list) else [answer]:
        assert item is None or item["error"]["code"] in (-32700, -32600, -32601, -32602)


@EXAMPLES
@given(body=json_values)
def test_any_json(rpc: Rpc, body: Any) -> None:
    answer = answered(rpc, json.dumps(body).encode())
    for item in answer if isinstance(answer, list) else [answer]:
        assert item is None or item["error"]["code"] == -32600 or item["error"]["code"] == -32700


@settings(EXAMPLES, max_examples=600)
@given(method=st.sampled_from(sorted(set(METHODS) - EXCLUDED)), params=st.lists(json_values, max_size=4) | json_values)
def test_any_parameters_for_any_method(rpc: Rpc, method: str, params: Any) -> None:
    answer = answered(rpc, json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode())
    assert answer["id"] in (1, None)
    if "error" in answer:
        error = answer["error"]
        assert isinstance(error["message"], str)
        # An internal error is a bug here, except where a control method says what cannot be done.
        assert error["code"] != -32603 or method.startswith("surfnet_"), error
        assert "Internal error" not in error["message"], error


@EXAMPLES
@given(wire=st.binary(min_size=1, max_size=1232))
def test_any_bytes_as_a_transaction(rpc: Rpc, wire: bytes) -> None:
    for method in ("sendTransaction", "simulateTransaction"):
        params = [base64.b64encode(wire).decode(), {"encoding": "base64"}]
        answer = answered(rpc, json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode())
        assert answer["error"]["code"] in (-32602, -32002, -32003)


@settings(EXAMPLES, max_examples=300)
@given(data=st.data())
def test_a_transaction_with_bytes_changed_never_lands(rpc: Rpc, data: st.DataObject) -> None:
    payer, to = PAYER.setdefault("key", rpc.funded()), Pubkey.new_unique()
    good = base64.b64decode(encoded(rpc.build([payment(payer, to, 10**6)], payer)))
    wire = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(wire) - 1))
        wire[position] ^= data.draw(st.integers(1, 255))
    assume(wire != good)
    skip = data.draw(st.booleans())
    params = [base64.b64encode(bytes(wire)).decode(), {"encoding": "base64", "skipPreflight": skip}]
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "sendTransaction", "params": params}).encode()
    before = rpc("getTransactionCount")
    answer = answered(rpc, body)
    assert "error" in answer or skip
    assert rpc("getTransactionCount") == before
    assert rpc.value("getBalance", str(to)) == 0


PAYER: dict[str, Any] = {}


def test_deep_nesting_and_endless_numbers(rpc: Rpc) -> None:
    for body in (b"[" * 50_000, b'{"a":' * 10_000, b"9" * 50_000, b'"' + b"\\u0000" * 8_000 + b'"'):
        answer = answered(rpc, body)
        assert answer["error"]["code"] in (-32700, -32600)


@pytest.mark.parametrize("levels", [126, 127, 128, 200, 900, 1_100])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("method", [b"getHealth", b"getBalance", b"noSuchMethod"])
@pytest.mark.parametrize("more", [b"", b'"id":2,'])
def test_json_inside_json(rpc: Rpc, levels: int, opening: bytes, closing: bytes, method: bytes, more: bytes) -> None:
    """What nests deeper than a validator's JSON reader goes is no JSON, whoever would have to read it."""
    nested = opening * (levels - 2) + b"1" + closing * (levels - 2)
    body = b'{"jsonrpc":"2.0","id":1,' + more + b'"method":"' + method + b'","params":[' + nested + b"]}"
    answer = answered(rpc, body)
    assert (answer["error"]["code"] == -32700) == (levels > 127 or bool(more))


@pytest.fixture(scope="module")
def wide() -> Iterator[Rpc]:
    """A localnet that takes requests as large as they are by default."""
    with spawn(python=sys.executable) as running:
        yield Rpc(running.rpc_url)


@pytest.mark.parametrize("item", [b"{}", b"[]", b"1", b'"id"', b'{"id":1}'])
@pytest.mark.parametrize("around", [(b'{"jsonrpc":"2.0","id":1,"method":"surfnet_x","params":[', b"]}"), (b"[", b"]")])
def test_a_request_of_too_many_values(wide: Rpc, item: bytes, around: tuple[bytes, bytes]) -> None:
    body = item + (b"," + item) * 300_000
    began = time.monotonic()
    answer = json.loads(wide.post(around[0] + body + b',"surfnet_"' + around[1])[1])
    assert answer["error"]["code"] == -32600
    assert "values" in answer["error"]["message"]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("method", sorted(set(METHODS) - EXCLUDED))
def test_long_text_takes_no_time(wide: Rpc, method: str) -> None:
    """A text of megabytes in each place where a method may expect an address, a hash, a name or bytes."""
    for text in ("1" * 2_000_000, "z" * 2_000_000, "A" * 2_000_000):
        for params in ([text], [str(Pubkey.new_unique()), text], [str(Pubkey.new_unique()), {"encoding": text}]):
            request = {"jsonrpc": "2.0", "id": "surfnet_", "method": method, "params": params}
            began = time.monotonic()
            status, _ = wide.post(json.dumps(request).encode())
            assert status == 200
            assert time.monotonic() - began < 5


def test_oversized_bodies_are_refused_with_an_answer(net: Localnet, rpc: Rpc) -> None:
    parts = urlsplit(net.rpc_url)
    control = b'{"jsonrpc": "2.0", "id": 1, "method": "surfnet_x", "params": ["' + b"0" * 52_000 + b'"]}'
    assert json.loads(rpc.post(control)[1])["error"]["code"] == -32601
    for headers, sent in (
        ({"Content-Length": "52000"}, b"x" * 52_000),
        ({"Content-Length": "70000"}, b"x" * 70_000),
        ({"Transfer-Encoding": "chunked"}, b"11170\r\n" + b"x" * 0x11170 + b"\r\n0\r\n\r\n"),
    ):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Type", "application/json")
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(sent)
        response = connection.getresponse()
        assert response.status == 413
        assert response.read() == b"request body size exceeds allowed maximum"
        connection.close()
    assert rpc("getHealth") == "ok"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GARBAGE / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{",
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"A" * 200_000,
    ],
)
def test_garbage_on_the_socket(net: Localnet, rpc: Rpc, sent: bytes) -> None:
    parts = urlsplit(net.rpc_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as raw:
        try:
            raw.sendall(sent)
            raw.shutdown(socket.SHUT_WR)
            raw.recv(4096)
        except OSError:
            # The server may have hung up first.
            pass
    assert rpc("getHealth") == "ok"
    assert "Traceback" not in net.output()
