"""Sends requests, transactions and subscriptions, and keeps what came back."""

import base64
import json
import time
from collections.abc import Callable, Iterable, Sequence

import httpx
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from tests.localnet.agave.script.keys import CONFIRMED, KEYS, NOBODY, PROCESSED, Json
from tests.localnet.agave.script.normal import NUMBERS, Names
from websockets.sync.client import ClientConnection, connect

PATIENCE = 3.0
"""Seconds that a subscription waits for what may never come."""


class Recorder:
    """Sends requests and keeps what came back."""

    def __init__(self, url: str, ws: str) -> None:
        self.url, self.ws = url, ws
        self.http = httpx.Client(timeout=60)
        self.names = Names()
        self.steps: list[dict[str, Json]] = []
        self.seen: set[str] = set()
        self.section = ""
        self.sent: dict[str, str] = {}
        self.signed: set[Signature] = set()
        self.unsettled: list[str] = []

    # -- plain requests

    def ask(self, method: str, *params: Json) -> Json:
        """A request that is not part of the recording; its result."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = self.http.post(self.url, json=body).json()
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def step(self, name: str, **parts: Json) -> None:
        full = f"{self.section} / {name}"
        if full in self.seen:
            raise ValueError(f"two steps are called {full!r}")
        self.seen.add(full)
        self.steps.append({"name": full, **parts})

    def read(self, name: str, method: str, *params: Json, tidy: Callable[[Json], Json] | None = None) -> Json:
        """One recorded request. `tidy` takes out of the result what has nothing to do with the script."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        reply = self.http.post(self.url, json=body)
        try:
            answer = reply.json()
        except ValueError:
            answer = {"text": reply.text}
        if reply.status_code != 200:
            answer["status"] = reply.status_code
        result = answer.get("result")
        if tidy and result is not None:
            answer["result"] = tidy(result)
        answer.pop("jsonrpc", None), answer.pop("id", None)
        shown = {key: self.names.response(item, method if key == "result" else "") for key, item in answer.items()}
        self.step(name, request={"method": method, "params": self.names.request(list(params))}, response=shown)
        return result

    def raw(self, name: str, content: bytes | str, method: str = "POST", path: str = "", **headers: str) -> None:
        """One recorded HTTP request, as it is."""
        kind = {"content-type": "application/json"} if method == "POST" else {}
        sent = {**kind, **{key.replace("_", "-"): value for key, value in headers.items()}}
        reply = self.http.request(method, self.url + path, content=content, headers=sent)
        body = reply.text
        try:
            shown: Json = self.names.response(json.loads(body), "getSlot")
        except ValueError:
            shown = self.names.text(body)
        for item in shown if isinstance(shown, list) else [shown]:
            if isinstance(item, dict) and isinstance(item.get("result"), int):
                item["result"] = NUMBERS["getSlot"]
        heads = ("content-type", "access-control-allow-origin", "access-control-allow-methods", "allow", "location")
        said = content if isinstance(content, str) else content.decode(errors="replace")
        self.step(
            name,
            request={"http": method, "path": path or "/", "headers": sent, "body": said[:400]},
            response={
                "status": reply.status_code,
                "headers": {key: reply.headers[key] for key in heads if key in reply.headers},
                "body": shown,
            },
        )

    # -- transactions

    def blockhash(self, level: Json = CONFIRMED) -> Hash:
        found = self.ask("getLatestBlockhash", level)["value"]["blockhash"]
        return Hash.from_string(found)

    def sign(
        self,
        instructions: Sequence[Instruction],
        signers: Sequence[Keypair],
        blockhash: Hash | None = None,
        version: int | None = None,
        tables: Sequence[AddressLookupTableAccount] = (),
    ) -> VersionedTransaction:
        """A signed transaction. Without a blockhash it gets a new one, and is no transaction that was signed before."""

        def attempt() -> VersionedTransaction | None:
            recent = blockhash or self.blockhash()
            payer = signers[0].pubkey()
            message: Message | MessageV0
            if version is None:
                message = Message.new_with_blockhash(list(instructions), payer, recent)
            else:
                message = MessageV0.try_compile(payer, list(instructions), list(tables), recent)
            tx = VersionedTransaction(message, list(signers))
            return tx if blockhash or tx.signatures[0] not in self.signed else None

        tx = until(attempt, 10)
        self.signed.add(tx.signatures[0])
        return tx

    def next_slots(self, number: int = 1) -> None:
        """Wait until `number` more slots are confirmed."""
        target = self.ask("getSlot", PROCESSED) + number
        until(lambda: self.ask("getSlot", CONFIRMED) >= target, 20)

    def name_transaction(self, name: str, wire: bytes) -> str:
        """Remembers a transaction as `section / name`; its signature."""
        full = f"{self.section} / {name}"
        signatures = VersionedTransaction.from_bytes(wire).signatures
        self.names.add(signatures[0], f"<signature of {full}>")
        for number, signature in enumerate(signatures[1:], 2):
            self.names.add(signature, f"<signature {number} of {full}>")
        self.names.add(base64.b64encode(wire).decode(), f"<{full}, base64>")
        self.names.add(base58(wire), f"<{full}, base58>")
        self.sent[full] = str(signatures[0])
        return self.sent[full]

    def send(
        self,
        name: str,
        instructions: Sequence[Instruction],
        *signers: Keypair,
        version: int | None = None,
        tables: Sequence[AddressLookupTableAccount] = (),
        blockhash: Hash | None = None,
        landed: bool = True,
        tidy: Callable[[Json], Json] | None = None,
        **options: Json,
    ) -> str:
        """A transaction: what sendTransaction answers and, once it is confirmed, what getTransaction shows."""
        tx = self.sign(instructions, signers, blockhash, version, tables)
        return self.send_wire(name, bytes(tx), landed=landed, tidy=tidy, **options)

    def send_wire(
        self,
        name: str,
        wire: bytes,
        landed: bool = True,
        tidy: Callable[[Json], Json] | None = None,
        **options: Json,
    ) -> str:
        signature = self.name_transaction(name, wire)
        config = {"encoding": "base64", "preflightCommitment": "confirmed", **options}
        answer = self.read(f"{name}: sent", "sendTransaction", base64.b64encode(wire).decode(), config)
        if landed and answer:
            self.wait(signature)
            self.landed(name, tidy)
        return signature

    def landed(self, name: str, tidy: Callable[[Json], Json] | None = None) -> None:
        options = {"encoding": "jsonParsed", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
        signature = self.sent[f"{self.section} / {name}"]
        self.await_transaction(signature)
        self.read(f"{name}: landed", "getTransaction", signature, options, tidy=tidy)
        self.unsettled.append(signature)

    def await_transaction(self, signature: str, level: str = "confirmed") -> None:
        """Blocks are written a moment after their slot is confirmed."""
        options = {"commitment": level, "maxSupportedTransactionVersion": 0}
        until(lambda: self.ask("getTransaction", signature, options), 10)

    def wait(self, signature: str, levels: Iterable[str] = ("confirmed", "finalized"), seconds: float = 20) -> Json:
        """The status of a transaction once it has reached one of the levels; None when it has not come."""

        def reached() -> Json:
            status = self.ask("getSignatureStatuses", [signature])["value"][0]
            return status if status and status["confirmationStatus"] in levels else None

        return until(reached, seconds)

    def settle(self) -> None:
        """Wait until everything that was sent so far is final."""
        if self.unsettled:
            self.wait(self.unsettled[-1], ("finalized",), 60)
            self.await_transaction(self.unsettled[-1], "finalized")
        self.unsettled.clear()

    # -- subscriptions

    def watch(
        self,
        name: str,
        method: str,
        *params: Json,
        act: Callable[[], object] | None = None,
        want: int = 1,
        seconds: float = PATIENCE,
        keep: Callable[[Json], bool] = lambda _: True,
        pick: Callable[[Json], Json] = lambda notification: notification,
    ) -> None:
        """A subscription: the answer, the first notifications after `act`, and the answer to its end."""
        with connect(self.ws, max_size=None) as socket:
            answer = request(socket, method, list(params))
            got: list[Json] = []
            ended: Json = None
            if "result" in answer:
                if act:
                    act()
                deadline = time.monotonic() + seconds
                while len(got) < want and (message := receive(socket, deadline)) is not None:
                    if "method" in message and keep(message):
                        got.append(message)
                ended = request(socket, method.replace("Subscribe", "Unsubscribe"), [answer["result"]])
        self.step(
            name,
            request={"method": method, "params": self.names.request(list(params))},
            response=self.frame(answer),
            notifications=[self.frame(pick(message)) for message in got],
            **({"unsubscribed": self.frame(ended)} if ended is not None else {}),
        )

    def frame(self, message: Json) -> Json:
        """A message of the WebSocket, normalised."""
        shown = {key: item for key, item in message.items() if key != "jsonrpc"}
        if isinstance(shown.get("result"), int) and not isinstance(shown["result"], bool):
            shown["result"] = "<subscription>"
        params = shown.get("params")
        if isinstance(params, dict) and isinstance(params.get("subscription"), int):
            shown["params"] = {**params, "subscription": "<subscription>"}
            if shown.get("method") == "rootNotification":
                shown["params"]["result"] = "<slot>"
        return self.names.response(shown)

    def talk(self, name: str, *messages: str, replies: int = 1, seconds: float = 3) -> None:
        """Messages over one WebSocket, as they are, and the replies to all of them together."""
        got: list[Json] = []
        with connect(self.ws, max_size=None) as socket:
            for message in messages:
                socket.send(message)
            deadline = time.monotonic() + seconds
            while len(got) < replies and (reply := receive(socket, deadline)) is not None:
                got.append(reply)
        shown = [[self.frame(part) for part in item] if isinstance(item, list) else self.frame(item) for item in got]
        self.step(name, request={"messages": list(messages)}, response=shown)


def until(check: Callable[[], Json], seconds: float) -> Json:
    """What `check` answers as soon as that is true; None when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.01)
    return None


def request(socket: ClientConnection, method: str, params: list[Json]) -> Json:
    """A request over a WebSocket and its answer; notifications in between are left out."""
    socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))
    deadline = time.monotonic() + 10
    while (message := receive(socket, deadline)) is not None:
        if "id" in message:
            return message
    return {"error": "<no answer>"}


def receive(socket: ClientConnection, deadline: float) -> Json:
    try:
        return json.loads(socket.recv(timeout=max(0.0, deadline - time.monotonic())))
    except TimeoutError:
        return None
    except Exception as error:  # the other side hung up
        return {"closed": type(error).__name__} if time.monotonic() < deadline - 0.01 else None


def base58(data: bytes) -> str:
    digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, out = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        out = digits[digit] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def name_keys(rec: Recorder) -> None:
    """Short names for the script's keys and for the node's own."""
    for name, key in KEYS.items():
        rec.names.add(key.pubkey(), f"<{name}>")
    rec.names.add(NOBODY.pubkey(), "<nobody>")
    rec.names.add(rec.ask("getIdentity")["identity"], "<identity>")
    rec.names.add(rec.ask("getGenesisHash"), "<genesis hash>")
    votes = rec.ask("getVoteAccounts", PROCESSED)
    for vote in votes["current"] + votes["delinquent"]:
        rec.names.add(vote["votePubkey"], "<vote account>")
        rec.names.add(vote["nodePubkey"], "<identity>")


def encode(tx: VersionedTransaction) -> str:
    return base64.b64encode(bytes(tx)).decode()


def shape(value: Json) -> Json:
    """Only which fields there are and of which kind: for answers that depend on the node."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return None if value is None else f"<{type(value).__name__}>"


def first_shape(result: Json) -> Json:
    """The shape of the first entry of a list, or of an object's."""
    return [shape(result[0])] if isinstance(result, list) and result else shape(result)


def sysvar_shape(result: Json) -> Json:
    """A sysvar with what depends on the moment taken out."""
    value = result["value"]
    if value is None:
        return result
    data = value["data"]
    if isinstance(data, dict):
        info = data["parsed"].get("info")
        if data["parsed"]["type"] not in ("rent", "epochSchedule", "clock"):
            data["parsed"]["info"] = shape(info[:1]) if isinstance(info, list) else shape(info)
    elif isinstance(data, list):
        value["data"] = [f"<{len(data[0])} characters>", data[1]] if len(data[0]) > 200 else data
    return result
