"""Sections of the script: HTTP, JSON-RPC and subscriptions."""

import json
import time
from collections.abc import Callable

from solders.instruction import Instruction
from solders.transaction import VersionedTransaction
from tests.localnet.agave.script.keys import (
    CONFIRMED,
    KEYS,
    PROCESSED,
    TOKEN,
    Json,
    associated,
    keypair,
    memo,
    r,
    token,
    transfer,
    u8,
    u64,
    w,
)
from tests.localnet.agave.script.recorder import Recorder, encode, receive, request, shape
from websockets.sync.client import connect


def protocol(rec: Recorder) -> None:
    """JSON-RPC and HTTP themselves."""
    rec.section = "protocol"
    call = {"jsonrpc": "2.0", "id": 1, "method": "getSlot"}

    def body(**changes: Json) -> str:
        return json.dumps({**call, **changes})

    for name, content in {
        "plain": body(), "params null": body(params=None), "params empty object": body(params={}), "params an object": body(params={"commitment": "confirmed"}),
        "params a number": body(params=5), "params text": body(params="x"), "id text": body(id="seven"), "id null": body(id=None), "id fraction": body(id=1.5), "id negative": body(id=-1),
        "id large": body(id=1 << 64), "id list": body(id=[]), "version 1.0": body(jsonrpc="1.0"), "version a number": body(jsonrpc=2), "method a number": body(method=5), "method null": body(method=None),
        "extra field": body(extra=1), "no version": json.dumps({"id": 1, "method": "getSlot"}), "no id": json.dumps({"jsonrpc": "2.0", "method": "getSlot"}),
        "no method": json.dumps({"jsonrpc": "2.0", "id": 1}), "method unknown, no id": json.dumps({"jsonrpc": "2.0", "method": "x"}), "empty object": "{}", "empty": "", "spaces": "  ", "number": "5", "text": '"x"', "null": "null",
        "not JSON": "{", "trailing comma": '{"jsonrpc":"2.0","id":1,"method":"getSlot",}', "two objects": body() + body(), "field twice": '{"jsonrpc":"2.0","id":1,"id":2,"method":"getSlot"}',
        "batch": f"[{body()},{body(id=2)}]", "batch empty": "[]", "batch of nonsense": "[1,{}]", "batch with a notification": f'[{body()},{{"jsonrpc":"2.0","method":"getSlot"}}]',
        "batch of notifications": '[{"jsonrpc":"2.0","method":"getSlot"}]', "batch in a batch": f"[[{body()}]]", "batch with an error": f"[{body(method='x')},{body(id=2)}]",
        "not UTF-8": "\udcff", "deep": "[" * 200 + "]" * 200, "byte order mark": "\ufeff" + body(),
    }.items():  # fmt: skip
        rec.raw(name, content.encode("utf-8", "surrogateescape"))
    rec.raw("50 KiB and a little", body(params=["x" * 51_300]))
    rec.raw("more than any request may have", body(params=["x" * 200_000]))
    rec.raw("content type text", body(), content_type="text/plain")
    rec.raw("content type with charset", body(), content_type="application/json; charset=utf-8")
    rec.raw("content type missing", body(), content_type="")
    rec.raw("GET", "", method="GET")
    rec.raw("GET /health", "", method="GET", path="/health")
    rec.raw("GET elsewhere", "", method="GET", path="/elsewhere")
    rec.raw("POST elsewhere", body(), path="/elsewhere")
    rec.raw("PUT", body(), method="PUT")
    rec.raw("HEAD", "", method="HEAD")
    rec.raw(
        "OPTIONS",
        "",
        method="OPTIONS",
        origin="http://example.com",
        access_control_request_method="POST",
        access_control_request_headers="content-type,solana-client",
    )
    rec.raw("POST with an origin", body(), origin="http://example.com")
    rec.raw("GET /genesis.tar.bz2", "", method="HEAD", path="/genesis.tar.bz2")


def subscriptions(rec: Recorder) -> None:
    rec.section = "subscription"
    payer = KEYS["watch payer"]
    target = keypair("watched")
    rec.names.add(target.pubkey(), "<watched>")
    key = str(target.pubkey())
    amounts = iter(range(1_000_000, 2_000_000))

    paid: list[str] = []

    def pay(name: str, *more: Instruction) -> Callable[[], str]:
        def act() -> str:
            tx = rec.sign([transfer(payer, target, next(amounts)), *more], [payer])
            paid.append(rec.name_transaction(name, bytes(tx)))
            config = {"encoding": "base64", "preflightCommitment": "confirmed", "skipPreflight": True}
            return rec.ask("sendTransaction", encode(tx), config)

        return act

    def still() -> None:
        """Wait until what was paid is final: a subscription is also told of earlier changes that reach its level."""
        rec.wait(paid[-1], ("finalized",), 40)

    rec.wait(pay("first payment")())
    for level in ("processed", "confirmed", "finalized"):
        for encoding in ("base64", "jsonParsed"):
            options = {"commitment": level, "encoding": encoding}
            still()
            rec.watch(
                f"account, {level}, {encoding}",
                "accountSubscribe",
                key,
                options,
                act=pay(f"{level} {encoding} payment"),
            )
    still()
    rec.watch("account, no options", "accountSubscribe", key, act=pay("plain payment"))
    rec.watch(
        "account, base64+zstd",
        "accountSubscribe",
        key,
        {"encoding": "base64+zstd", **CONFIRMED},
        act=pay("zstd payment"),
    )
    rec.watch(
        "account, slice",
        "accountSubscribe",
        key,
        {"encoding": "base64", "dataSlice": {"offset": 0, "length": 1}, **CONFIRMED},
        act=pay("slice payment"),
    )
    still()
    for name, params in {
        "bad address": ["x"],
        "nothing": [],
        "bad encoding": [key, {"encoding": "hex"}],
        "bad commitment": [key, {"commitment": "x"}],
    }.items():
        rec.watch(f"account, {name}", "accountSubscribe", *params, seconds=3)
    source = {"memcmp": {"offset": 0, "bytes": str(keypair("mint").pubkey())}}
    mint, tokens_payer = keypair("mint"), KEYS["token payer"]
    mine = associated(tokens_payer.pubkey(), mint.pubkey())

    def burn(number: int) -> Callable[[], str]:
        instruction = token(TOKEN, u8(8) + u64(number), w(mine), w(mint), r(tokens_payer, True))

        def act() -> str:
            return rec.ask(
                "sendTransaction",
                encode(rec.sign([instruction], [tokens_payer])),
                {"encoding": "base64", "preflightCommitment": "confirmed"},
            )

        return act

    token_filters = {"filters": [{"dataSize": 165}, source], **CONFIRMED}
    rec.watch("program, base64", "programSubscribe", str(TOKEN), {"encoding": "base64", **token_filters}, act=burn(1))
    rec.watch(
        "program, jsonParsed", "programSubscribe", str(TOKEN), {"encoding": "jsonParsed", **token_filters}, act=burn(2)
    )
    rec.watch(
        "program, other size",
        "programSubscribe",
        str(TOKEN),
        {"encoding": "base64", "filters": [{"dataSize": 9}], **CONFIRMED},
        act=burn(3),
        seconds=4,
    )
    for name, params in {
        "bad address": ["x"],
        "five filters": [str(TOKEN), {"filters": [{"dataSize": 1}] * 5}],
        "bad filter": [str(TOKEN), {"filters": [{"x": 1}]}],
    }.items():
        rec.watch(f"program, {name}", "programSubscribe", *params)
    mine_only = {"mentions": [key]}
    rec.watch("logs of an address", "logsSubscribe", mine_only, CONFIRMED, act=pay("logged payment", memo("logged")))
    rec.watch("logs of an address, processed", "logsSubscribe", mine_only, PROCESSED, act=pay("logged at once"))
    rec.watch(
        "logs of a failure",
        "logsSubscribe",
        {"mentions": [str(payer.pubkey())]},
        CONFIRMED,
        act=pay("logged failure", memo(b"\xff")),
    )

    def is_ours(message: Json) -> bool:
        return message["params"]["result"]["value"]["signature"] in rec.names.texts

    rec.watch("all logs", "logsSubscribe", "all", CONFIRMED, act=pay("payment in all logs"), keep=is_ours)
    rec.watch(
        "all logs with votes",
        "logsSubscribe",
        "allWithVotes",
        CONFIRMED,
        act=pay("payment in logs with votes"),
        keep=is_ours,
    )
    for name, params in {
        "bad filter": ["x"],
        "two mentions": [{"mentions": [key, key]}],
        "no mention": [{"mentions": []}],
        "bad mention": [{"mentions": ["x"]}],
        "nothing": [],
    }.items():
        rec.watch(f"logs, {name}", "logsSubscribe", *params)
    for level in ("processed", "confirmed", "finalized"):
        tx = rec.sign([transfer(payer, target, next(amounts))], [payer])
        signature = str(tx.signatures[0])
        rec.name_transaction(f"{level} awaited", bytes(tx))

        def act(wire: str = encode(tx)) -> None:
            rec.ask("sendTransaction", wire, {"encoding": "base64", "preflightCommitment": "confirmed"})

        rec.watch(f"signature, {level}", "signatureSubscribe", signature, {"commitment": level}, act=act)
    tx = rec.sign([transfer(payer, target, next(amounts))], [payer])
    rec.step("signature at three levels over one connection", response=three_levels(rec, tx))
    tx = rec.sign([transfer(payer, target, next(amounts))], [payer])
    rec.name_transaction("received", bytes(tx))
    options = {"enableReceivedNotification": True, **CONFIRMED}
    rec.watch(
        "signature, received too",
        "signatureSubscribe",
        str(tx.signatures[0]),
        options,
        act=lambda: rec.ask("sendTransaction", encode(tx), {"encoding": "base64", "preflightCommitment": "confirmed"}),
        want=2,
        seconds=6,
    )
    landed = pay("landed just before")()
    rec.wait(landed)
    for level in ("processed", "confirmed", "finalized"):
        rec.watch(f"signature that landed just before, {level}", "signatureSubscribe", landed, {"commitment": level})
    failed = rec.sign([transfer(payer, target, 1 << 60)], [payer])
    rec.name_transaction("failed and awaited", bytes(failed))
    rec.watch(
        "signature of a failure",
        "signatureSubscribe",
        str(failed.signatures[0]),
        CONFIRMED,
        act=lambda: rec.ask("sendTransaction", encode(failed), {"encoding": "base64", "skipPreflight": True}),
    )
    for name, params in {"bad signature": ["x"], "nothing": []}.items():
        rec.watch(f"signature, {name}", "signatureSubscribe", *params)
    rec.watch("slots", "slotSubscribe", want=3)
    rec.watch("roots", "rootSubscribe", want=3)
    rec.watch(
        "slot updates",
        "slotsUpdatesSubscribe",
        want=1,
        keep=lambda message: message["params"]["result"]["type"] == "frozen",
    )
    rec.step("kinds of slot updates", response=slot_update_kinds(rec))
    rec.watch("blocks", "blockSubscribe", "all")
    rec.watch("votes", "voteSubscribe")
    rec.section = "websocket"
    say = {"jsonrpc": "2.0", "id": 1}
    rec.talk("method of HTTP", json.dumps({**say, "method": "getSlot"}))
    rec.talk("unknown method", json.dumps({**say, "method": "x"}))
    rec.talk("not JSON", "{")
    rec.talk("no id", json.dumps({"jsonrpc": "2.0", "method": "slotSubscribe"}), seconds=1)
    rec.talk("end of nothing", json.dumps({**say, "method": "slotUnsubscribe", "params": [999_999]}))
    rec.talk("end with a text", json.dumps({**say, "method": "slotUnsubscribe", "params": ["x"]}))
    rec.talk("end without a number", json.dumps({**say, "method": "slotUnsubscribe"}))
    begin = json.dumps({**say, "method": "accountSubscribe", "params": [key]})
    rec.talk("same subscription twice", begin, begin, replies=2)
    rec.talk("batch", f"[{begin},{begin}]")


def three_levels(rec: Recorder, tx: VersionedTransaction) -> Json:
    """How many subscriptions to one signature there are, and the order in which their notifications come."""
    with connect(rec.ws, max_size=None) as socket:
        levels = ("finalized", "confirmed", "processed")
        params = [[str(tx.signatures[0]), {"commitment": level}] for level in levels]
        numbers = [request(socket, "signatureSubscribe", each)["result"] for each in params]
        rec.ask("sendTransaction", encode(tx), {"encoding": "base64", "preflightCommitment": "confirmed"})
        heard: list[Json] = []
        deadline = time.monotonic() + 25
        while len(heard) < 3 and (message := receive(socket, deadline)) is not None:
            heard.append(message["params"]["subscription"])
    names = dict(zip(numbers, levels, strict=True))
    return {"different subscriptions": len(set(numbers)), "heard": [names[number] for number in heard]}


def slot_update_kinds(rec: Recorder) -> Json:
    """Which kinds of slot updates come, and with which fields."""
    kinds: dict[str, Json] = {}
    with connect(rec.ws, max_size=None) as socket:
        request(socket, "slotsUpdatesSubscribe", [])
        deadline = time.monotonic() + 4
        while (message := receive(socket, deadline)) is not None:
            result = message.get("params", {}).get("result", {})
            if "type" in result:
                kinds[result["type"]] = shape({key: item for key, item in result.items() if key != "type"})
    return dict(sorted(kinds.items()))
