"""JSON-RPC as it goes over the wire, for what AnchorPy's client has no method for: batches and control methods."""

from __future__ import annotations

from typing import Any

import httpx
from tests.support.clusters import foreign as cluster


class Rpc:
    """One connection to a cluster's RPC port."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=30.0)

    async def close(self) -> None:
        """Ends the connection."""
        await self._http.aclose()

    async def batch(self, *calls: tuple[str, list[Any]]) -> list[Any]:
        """The results of several methods, answered in one round trip."""
        if cluster.URL is not None and any(method.startswith("surfnet_") for method, _ in calls):
            cluster.not_there("it has no methods that put accounts or set the clock")
        requests = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": cluster.options(method, params)}
            for number, (method, params) in enumerate(calls)
        ]
        answers = (await self._http.post("", json=requests)).json()
        by_id = {answer["id"]: answer for answer in answers}
        for number, (method, _) in enumerate(calls):
            assert "error" not in by_id[number], f"{method}: {by_id[number]['error']}"
        return [by_id[number]["result"] for number in range(len(calls))]

    async def __call__(self, method: str, *params: Any) -> Any:
        """The result of one method."""
        return (await self.batch((method, list(params))))[0]
