"""A bare JSON-RPC client and transaction builder: the tests check the wire, so nothing stands in between."""

import base64
import http.client
import itertools
import json
from typing import Any
from urllib.parse import urlsplit

from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction


class RpcFailure(Exception):
    """The server answered with a JSON-RPC error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: Any = error.get("data")


class Rpc:
    """One keep-alive connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self.ids = itertools.count(1)

    def post(self, body: bytes, content_type: str = "application/json") -> tuple[int, bytes]:
        """Status and body of the answer to `body`."""
        try:
            self.connection.request("POST", "/", body, {"Content-Type": content_type})
            response = self.connection.getresponse()
            return response.status, response.read()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            raise

    def raw(self, method: str, *params: Any) -> dict[str, Any]:
        """The whole response object."""
        request = {"jsonrpc": "2.0", "id": next(self.ids), "method": method, "params": list(params)}
        _, body = self.post(json.dumps(request).encode())
        answer = json.loads(body)
        assert answer["id"] == request["id"]
        return answer

    def __call__(self, method: str, *params: Any) -> Any:
        """The result; RpcFailure on an error."""
        answer = self.raw(method, *params)
        if "error" in answer:
            raise RpcFailure(answer["error"])
        return answer["result"]

    def value(self, method: str, *params: Any) -> Any:
        """The `value` of a result that has a context."""
        return self(method, *params)["value"]

    def blockhash(self) -> Hash:
        """The latest blockhash."""
        return Hash.from_string(self.value("getLatestBlockhash")["blockhash"])

    def funded(self, lamports: int = 10_000_000_000) -> Keypair:
        """A new key with lamports."""
        key = Keypair()
        self("requestAirdrop", str(key.pubkey()), lamports)
        return key

    def build(self, instructions: list[Instruction], payer: Keypair, *signers: Keypair) -> VersionedTransaction:
        """A signed legacy transaction on the latest blockhash."""
        message = Message.new_with_blockhash(instructions, payer.pubkey(), self.blockhash())
        return VersionedTransaction(message, [payer, *signers])

    def submit(self, tx: VersionedTransaction, **config: Any) -> str:
        """Sends a transaction; answers its signature."""
        return self("sendTransaction", encoded(tx), {"encoding": "base64"} | config)

    def run(self, instructions: list[Instruction], payer: Keypair, *signers: Keypair, **config: Any) -> str:
        """Builds and sends."""
        return self.submit(self.build(instructions, payer, *signers), **config)

    def account(self, address: Pubkey) -> dict[str, Any] | None:
        """An account, its data as bytes under `data`."""
        found = self.value("getAccountInfo", str(address), {"encoding": "base64"})
        if found is not None:
            found["data"] = base64.b64decode(found["data"][0])
        return found


def encoded(tx: VersionedTransaction) -> str:
    """Base64 of a transaction."""
    return base64.b64encode(bytes(tx)).decode()
