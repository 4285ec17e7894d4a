"""Document A's initialization sequence by the operator's scripts: real processes, keypair files, a localnet."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from solders.keypair import Keypair
from tests.house.docs.blocks.reading import blocks_of
from tests.house.docs.blocks.shell import compare

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.files.wallet import save_keypair
from gridtokenx.chain.files.workspace import PROGRAM_NAMES, find_workspace
from gridtokenx.market.actions import energy_token, registry, tokens, trading
from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import Market, MeterAccount, Order, OrderStatus
from gridtokenx.market.units import GRID_PER_WH
from solana_localnet.spawn import Localnet, spawn

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 60


@dataclass(frozen=True)
class Operator:
    """A localnet on which `deployer` may upgrade the five programs, and the keypair files."""

    net: Localnet
    folder: Path
    deployer: Keypair
    stranger: Keypair
    gateway: Keypair
    rec: Keypair

    def wallet(self, name: str) -> str:
        return str(self.folder / f"{name}.json")

    def run(self, script: str, *options: str, wallet: str = "deployer", cluster: str | None = None):
        return self.start([sys.executable, str(ROOT / "scripts" / f"{script}.py")], options, wallet, cluster)

    def command(self, name: str, *options: str, wallet: str):
        return self.start([str(Path(sys.executable).parent / "gridtokenx"), name], options, wallet, None)

    def start(self, command: list[str], options: tuple[str, ...], wallet: str, cluster: str | None):
        line = [*command, "--cluster", cluster or self.net.rpc_url]
        if wallet:
            line += ["--wallet", self.wallet(wallet)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ANCHOR_")}
        return subprocess.run(
            [*line, *options], capture_output=True, text=True, timeout=SECONDS, cwd=ROOT, env=environment, check=False
        )


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    folder = tmp_path_factory.mktemp("wallets")
    keys = {name: Keypair() for name in ("deployer", "stranger", "gateway", "rec", "poor")}
    for name, keypair in keys.items():
        save_keypair(keypair, folder / f"{name}.json")
    workspace = find_workspace(ROOT)
    authority = str(keys["deployer"].pubkey())
    programs = [(str(workspace.program_ids[n]), workspace.bytecode_path(n), authority) for n in PROGRAM_NAMES]
    with spawn(upgradeable_programs=programs) as net:
        for name in ("deployer", "stranger"):
            net.call("requestAirdrop", str(keys[name].pubkey()), 10**12)
        yield Operator(net, folder, *(keys[name] for name in ("deployer", "stranger", "gateway", "rec")))


def refused(result: subprocess.CompletedProcess[str], reason: str) -> None:
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert re.search(reason, result.stderr), result.stderr
    assert result.stdout == ""


def as_the_document_shows(number: int, printed: str) -> None:
    """Compares what a command printed with the session of section 3 of docs/operations.md."""
    session = next(block.text for block in blocks_of("docs/operations.md") if block.text.startswith("$ gridtokenx"))
    line, shown = re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)[number]
    compare(line, shown, printed)


SEQUENCE = [
    ("initialize_registry", [], ["registry"]),
    ("initialize_oracle", ["--api-gateway", "{gateway}"], ["oracle_data"]),
    ("initialize_token", [], ["token_info", "mint"]),
    ("initialize_market", [], ["market", "energy_vault"]),
    ("initialize_poa", ["--authority", "{rec}"], ["poa_config"]),
]


def options_of(operator: Operator, options: list[str]) -> list[str]:
    keys = {"gateway": operator.gateway.pubkey(), "rec": operator.rec.pubkey()}
    return [option.format(**{name: str(key) for name, key in keys.items()}) for option in options]


@pytest.mark.parametrize(("script", "options", "accounts"), SEQUENCE, ids=[row[0] for row in SEQUENCE])
def test_1_each_step_is_the_deployers_alone_and_made_once(
    operator: Operator, script: str, options: list[str], accounts: list[str]
):
    stranger = operator.run(script, *options_of(operator, options), wallet="stranger")
    refused(stranger, rf"the wallet is {operator.stranger.pubkey()}, but only .* upgrade authority .* may initialize")

    first = operator.run(script, *options_of(operator, options))
    assert first.returncode == 0, first.stderr
    assert [line.split(":")[0] for line in first.stdout.splitlines() if line.endswith(": created")] == accounts
    made = re.findall(r"^  account   (\w+)$", first.stdout, re.MULTILINE)
    assert len(made) == len(accounts)
    for signature in re.findall(r"^  signature (\w+)$", first.stdout, re.MULTILINE):
        assert operator.net.call("getSignatureStatuses", [signature])["value"][0]["err"] is None  # pyright: ignore
    before = {key: operator.net.call("getAccountInfo", key, {"encoding": "base64"})["value"] for key in made}  # pyright: ignore
    assert all(before.values())

    again = operator.run(script, *options_of(operator, options))
    assert again.returncode == 0, again.stderr
    assert [line for line in again.stdout.splitlines() if not line.startswith("  ")] == [
        f"{name}: exists already, nothing changed" for name in accounts
    ]
    assert "signature" not in again.stdout
    if script == "initialize_oracle":
        as_the_document_shows(0, first.stdout)
        as_the_document_shows(1, again.stdout)
    after = {key: operator.net.call("getAccountInfo", key, {"encoding": "base64"})["value"] for key in made}  # pyright: ignore
    assert after == before


def test_2_what_exists_otherwise_than_told_is_refused(operator: Operator):
    other = str(operator.stranger.pubkey())
    refused(operator.run("initialize_registry", "--authority", other), "the registry's authority is .*, not .* as told")
    otherwise = operator.run("initialize_oracle", "--api-gateway", other)
    refused(otherwise, "the oracle's gateway is .*, not .* as told")
    as_the_document_shows(2, otherwise.stderr)
    refused(operator.run("initialize_poa", "--authority", other), "the REC authority is .*, not .* as told")
    refused(
        operator.run("initialize_market", "--payment-mint", other), "the market's payment mint is .*, not .* as told"
    )


def test_3_wallets_and_clusters_that_are_not_what_was_told(operator: Operator, tmp_path: Path):
    run = operator.run
    refused(
        run("initialize_registry", wallet="missing"), "no wallet at .*missing.json; name a keypair file with --wallet"
    )
    refused(run("initialize_registry", wallet="poor"), "has no SOL on .* to pay with")
    (operator.folder / "broken.json").write_text("[1, 2, 3]")
    refused(run("initialize_registry", wallet="broken"), "3 numbers instead of 64")
    refused(run("initialize_registry", cluster="http://127.0.0.1:9"), "nothing that speaks Solana RPC answers at")
    refused(run("initialize_registry", cluster="devnett"), "is no cluster; give localnet, devnet")
    refused(
        run("initialize_registry", cluster=f"{operator.net.rpc_url}#5eykt4"), "told the chain with genesis hash 5eykt4"
    )
    refused(run("initialize_oracle", "--api-gateway", "nobody"), "--api-gateway 'nobody' is no address")


def test_4_deploy_leaves_what_is_there_alone_and_upgrades_when_forced(operator: Operator):
    unchanged = operator.run("deploy")
    assert unchanged.returncode == 0, unchanged.stderr
    assert unchanged.stdout.count(": unchanged, ") == len(PROGRAM_NAMES)
    forced = operator.run("deploy", "--program", "oracle", "--force")
    assert forced.returncode == 0, forced.stderr
    assert re.search(r"^oracle: upgraded, [\d,]+ bytes\n  signature \w+ \(after \d+ writes\)", forced.stdout)
    refused(
        operator.run("deploy", "--force", wallet="stranger"),
        "may not upgrade .*; use its upgrade authority's wallet",
    )
    refused(operator.run("deploy", "--program", "nothing"), "nothing: not built; there are registry, oracle")


def test_5_status_and_audit_need_no_wallet(operator: Operator):
    status = operator.run("status", wallet="")
    assert status.returncode == 0, status.stderr
    assert status.stdout.count("as built") == len(PROGRAM_NAMES)
    assert "operational" in status.stdout
    audit = operator.run("audit", wallet="")
    assert audit.returncode == 0, audit.stderr
    assert re.search(r"audit: all \d+ equations hold", audit.stdout)
    wrong = operator.run("audit", "--burned", "1", wallet="")
    assert wrong.returncode == 1
    assert "1 of " in wrong.stderr


async def test_6_a_day_of_an_operator(operator: Operator, tmp_path: Path):
    """Readings, an epoch, a match, a pause: the commands against a member's orders."""
    member, buyer = Keypair(), Keypair()
    file = tmp_path / "readings.csv"
    write_readings(file, [900 * slot for slot in range(1, 5)])
    refused(operator.command("submit-readings", str(file), wallet="gateway"), "has no SOL")
    for keypair in (operator.gateway, operator.rec, member, buyer):
        operator.net.call("requestAirdrop", str(keypair.pubkey()), 10**11)
    alone = operator.command("submit-readings", str(file), wallet="gateway")
    assert alone.returncode == 1
    assert alone.stderr.count("METER_A is not registered; register or assign it first") == 4

    async with Client(operator.net.rpc_url, member, find_workspace(ROOT)) as client:
        await join(client, operator.deployer, member, UserType.PROSUMER)
        await join(client, operator.deployer, buyer, UserType.CONSUMER)
        await Surfnet(client).pause_clock()
        meter = registry.assign_meter(
            client,
            operator.deployer.pubkey(),
            meter_id="METER_A",
            owner=member.pubkey(),
            meter_type=MeterType.SOLAR,
        )
        await client.send(meter, payer=operator.deployer)

        start = (await client.clock() // 900 + 1) * 900
        await Surfnet(client).travel_to(start + 4 * 900)
        write_readings(file, [start + 900 * slot for slot in range(1, 5)])
        refused(operator.command("submit-readings", str(file), wallet="deployer"), "UnauthorizedGateway")
        first = operator.command("submit-readings", str(file), wallet="gateway")
        assert "4 readings submitted, 0 were there already" in first.stdout, first.stderr
        again = operator.command("submit-readings", str(file), wallet="gateway")
        assert "0 readings submitted, 4 were there already" in again.stdout, again.stderr
        await bad_rows_cost_no_other(operator, client, file)

        await client.send(energy_token.mint_grid_tokens(client, member.pubkey(), "METER_A"), payer=member)
        grid = energy_token.transfer_tokens(client, member.pubkey(), buyer.pubkey(), GRID_PER_WH * 1000)
        await client.send(grid, payer=member)
        opened = operator.command("open-epochs", "--ahead", "2", wallet="deployer")
        assert "3 epochs opened" in opened.stdout, opened.stderr
        assert "0 epochs opened" in operator.command("open-epochs", "--ahead", "2", wallet="deployer").stdout
        await the_program_of_the_document(operator, client, member, tmp_path)
        epoch = await document_a_orders(client, member, buyer)
        assert "no epoch waits" in operator.command("clear", wallet="gateway").stdout
        await Surfnet(client).travel_to((epoch + 1) * 900)
        refused(operator.command("clear", wallet="deployer"), "UnauthorizedGateway")
        cleared = operator.command("clear", wallet="gateway")
        assert f"epoch {epoch}: 1.500 kWh at 150000000 base units per kWh" in cleared.stdout, cleared.stderr
        matched = operator.command("match", "--keep-epochs", wallet="deployer")
        assert "1 matches, 1.500 kWh; 0 orders past their time; 0 epochs closed" in matched.stdout, matched.stderr
        sold = await fetch(client, Order, client.addresses.order(1))
        assert sold is not None
        assert (sold.status, sold.remaining) == (OrderStatus.PARTIALLY_FILLED, 500)
        again = operator.command("match", wallet="deployer")
        assert "0 matches, 0.000 kWh; 0 orders past their time; 1 epochs closed" in again.stdout, again.stderr

    refused(operator.command("pause", "--reason", "drill", wallet="deployer"), "governance: UnauthorizedAuthority")
    assert operator.command("pause", "--reason", "drill", wallet="rec").returncode == 0
    assert "paused: drill" in operator.run("status", wallet="").stdout
    assert "operational" in operator.command("unpause", wallet="rec").stdout
    assert operator.run("audit", wallet="").returncode == 0


async def the_program_of_the_document(operator: Operator, client: Client, member: Keypair, folder: Path) -> None:
    """Section 7 of docs/operations.md, for a meter of the member."""
    text = next(block.text for block in blocks_of("docs/operations.md") if block.language == "python")
    save_keypair(member, folder / "owner.json")
    # Where and for whom: the only words of the document that are not those of this test.
    told = text.replace("http://127.0.0.1:8899", operator.net.rpc_url).replace("METER_001", "METER_A")
    told = told.replace("owner.json", str(folder / "owner.json"))
    printed: list[str] = []
    names: dict[str, object] = {"print": lambda *words: printed.append(" ".join(map(str, words)))}
    for _ in range(2):
        printed.clear()
        # A block: under the blockhash of the run before, the transaction would be the same, which the chain takes once.
        await Surfnet(client).travel_to(await client.clock() + 1)
        await eval(compile(told, "docs/operations.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    # The first run may have minted what was left: the second finds nothing, and says what the document says.
    assert printed == re.findall(r"print\(.*# (.*)$", text, re.MULTILINE)
    meter = names["meter"]
    assert isinstance(meter, MeterAccount)
    assert meter.owner == member.pubkey()


def write_readings(file: Path, timestamps: list[int], *others: str) -> None:
    rows = [f"{timestamp},METER_A,2000,500" for timestamp in timestamps]
    file.write_text("\n".join(["timestamp,meter_id,generated_wh,consumed_wh", *rows, *others]) + "\n")


async def bad_rows_cost_no_other(operator: Operator, client: Client, file: Path) -> None:
    """A row that is none, an unknown meter and a night of zeros: the good rows land, and the bad ones are told."""
    now = await client.clock()
    later = now + 900
    await Surfnet(client).travel_to(later)
    write_readings(file, [later], f"{later},METER_A,-1,0", f"{later},METER_B,1,1", f"{later + 450},METER_A,1,1")
    mixed = operator.command("submit-readings", str(file), wallet="gateway")
    assert mixed.returncode == 1
    assert "1 readings submitted, 0 were there already" in mixed.stdout, mixed.stderr
    assert f"{file}:3: consumed_wh" in mixed.stderr or f"{file}:3: generated_wh is '-1'" in mixed.stderr
    assert "METER_B is not registered" in mixed.stderr
    assert "error: 3 rows were refused; the others are on the chain" in mixed.stderr


async def join(client: Client, department: Keypair, member: Keypair, kind: UserType) -> None:
    key = member.pubkey()
    user = registry.register_user(
        client,
        key,
        user_type=kind,
        location="B1",
        affiliation=Affiliation.STAFF,
        registry_authority=department.pubkey(),
    )
    account = tokens.create_associated_token_account(key, key, client.addresses.energy_mint)
    await client.send([user, trading.open_trading_account(client, key), account], department, payer=member)


async def document_a_orders(client: Client, seller: Keypair, buyer: Keypair) -> int:
    """2000 Wh at 0.15 and 1500 Wh at 0.16, as in document A, paid in GRID; the epoch that they are in."""
    market = await require(client, Market, client.addresses.market, "initialize it")
    epoch = await client.clock() // 900
    sell = trading.create_sell_order(
        client, seller.pubkey(), market, epoch=epoch, order_id=1, energy_amount=2000, price_per_kwh=150_000_000
    )
    buy = trading.create_buy_order(
        client, buyer.pubkey(), market, epoch=epoch, order_id=2, energy_amount=1500, max_price_per_kwh=160_000_000
    )
    await client.send(sell, payer=seller)
    await client.send(buy, payer=buyer)
    return epoch


def test_7_governance_takes_over_the_upgrades(operator: Operator):
    """Then the deployer's wallet alone upgrades nothing; the engineering authority does, during maintenance."""
    refused(operator.run("govern_upgrades", wallet="stranger"), "upgrade authority is .*, not the wallet")
    handed = operator.run("govern_upgrades")
    assert handed.stdout.count(": handed to governance") == len(PROGRAM_NAMES), handed.stderr
    again = operator.run("govern_upgrades")
    assert again.stdout.count(": governance holds it already, nothing changed") == len(PROGRAM_NAMES), again.stderr
    refused(operator.run("deploy", "--program", "oracle", "--force"), "may not upgrade")
    refused(operator.command("upgrade", "--program", "oracle", wallet="deployer"), "upgraded during maintenance")
    refused(operator.command("upgrade", "--program", "oracle", wallet="stranger"), "only the engineering authority")
    assert "in maintenance" in operator.command("maintenance", "on", wallet="deployer").stdout
    done = operator.command("upgrade", "--program", "oracle", wallet="deployer")
    assert "oracle: upgraded" in done.stdout, done.stderr
    assert "maintenance is over" in operator.command("maintenance", "off", wallet="deployer").stdout
