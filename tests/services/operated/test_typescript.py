"""Document A's TypeScript `SolanaClient`, and its REST calls, against a campus with every service (tests/clients/ts)."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.services.support.campus import Campus

from gridtokenx.chain.files.wallet import save_keypair
from gridtokenx.services.config.settings import ProcessRole, Settings
from gridtokenx.services.running.process import serve

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "tests" / "clients"
TSC = CLIENTS / "node_modules" / "typescript" / "bin" / "tsc"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    (NODE is None or not TSC.exists()) and os.environ.get("SERVICES_TYPESCRIPT") != "required",
    reason="the JavaScript packages are not installed: make test-clients",
)


async def node(*words: str | Path, **environment: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        *words,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode == 0, said.decode()


async def test_document_as_client_lives_its_flows(campus: Campus, tmp_path: Path):
    for role in ("deployer", "rec", "gateway", "matcher", "sponsor"):
        save_keypair(getattr(campus.keys, role), campus.keys.path(role))
    out = CLIENTS / "node_modules" / ".compiled"  # beside the packages, where Node looks for them
    await node(TSC, "-p", CLIENTS / "ts", "--outDir", out)
    settings = Settings(
        cluster=campus.net.rpc_url,
        websocket=campus.net.ws_url,
        database=f"sqlite+aiosqlite:///{tmp_path}/gridtokenx.db",
        port=0,
        secret=SecretStr("s" * 40),
        gateway_key=campus.keys.path("gateway"),
        matcher_key=campus.keys.path("matcher"),
        sponsor_key=campus.keys.path("sponsor"),
        gap_patience=0,
    )
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(settings, list(ProcessRole), port.set_result))
    try:
        await node(
            "--test",
            out / "against_a_campus.js",
            API=f"http://127.0.0.1:{await port}",
            RPC=campus.net.rpc_url,
            WS=campus.net.ws_url,
            KEYS=str(campus.keys.folder),
            IDLS=str(ROOT / "target" / "idl"),
        )
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
