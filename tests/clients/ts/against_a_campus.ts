// Document A's flows with its numbers, by its SolanaClient and by its REST calls, against a campus with every service.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { Keypair, LAMPORTS_PER_SOL, SYSVAR_CLOCK_PUBKEY } from "@solana/web3.js";

import { type Answer, Gateway } from "./gateway";
import { SolanaClient } from "./solana_client";

const { API = "", RPC = "", WS = "", KEYS = "", IDLS = "" } = process.env;
const QUARTER = 900;
const PATIENCE = 60_000;

function keypair(role: string): Keypair {
  return Keypair.fromSecretKey(Uint8Array.from(JSON.parse(readFileSync(path.join(KEYS, `${role}.json`), "utf8"))));
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${PATIENCE} ms: ${what}`);
}

/** The beginning of the next quarter-hour, where the chain's clock is moved to. */
async function nextQuarter(client: SolanaClient): Promise<number> {
  const clock = await client.connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY);
  const now = Number(clock!.data.readBigInt64LE(32));
  const next = now - (now % QUARTER) + QUARTER;
  const params = [{ absoluteTimestamp: next * 1000 }];
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "surfnet_timeTravel", params });
  const answer = await fetch(RPC, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal(((await answer.json()) as { error?: unknown }).error, undefined);
  return next;
}

const fine = (answer: Answer, status = 200) => assert.equal(answer.status, status, JSON.stringify(answer.body));
const registrar = new Gateway(API, keypair("deployer"));
const rec = new Gateway(API, keypair("rec"));

/** A newcomer without SOL: registered, with a meter that has a key. */
async function newcomer(meterId: string): Promise<{ gateway: Gateway; client: SolanaClient; key: string }> {
  const wallet = Keypair.generate();
  const gateway = new Gateway(API, wallet);
  const client = new SolanaClient(RPC, WS, IDLS, wallet);
  await gateway.signIn();
  const body = { user_type: "Prosumer", location: "Building 7", wallet_pubkey: wallet.publicKey.toBase58() };
  const registered = await gateway.act("/api/users/register", body);
  fine(registered);
  assert.equal(registered.body["success"], true);
  assert.equal(registered.body["user_account"], client.userAddress().toBase58());
  await registrar.signIn();
  const enrolment = { meter_id: meterId, wallet: wallet.publicKey.toBase58(), meter_type: "Solar" };
  fine(await registrar.call("POST", "/api/admin/meters/enrol", enrolment));
  fine(await gateway.act("/api/meters", { meter_id: meterId, meter_type: "Solar" }));
  const given = await registrar.call("POST", "/api/admin/meters/keys", { meter_id: meterId });
  return { gateway, client, key: given.body["api_key"] };
}

async function measured(one: Awaited<ReturnType<typeof newcomer>>, meterId: string, generation: number, used: number) {
  const timestamp = await nextQuarter(one.client);
  const reading = { meter_id: meterId, generation, consumption: used, timestamp };
  const headers = { authorization: `Bearer ${one.key}` };
  fine(await one.gateway.call("POST", "/api/oracle/meter-reading", reading, headers), 202);
  await until("the reading is on the chain", async () => {
    return (await one.client.getMeter(meterId)).totalGeneration.eqn(generation);
  });
}

test("a wallet of its own: SolanaClient registers a user and reads the account", async () => {
  const client = new SolanaClient(RPC, WS, IDLS, Keypair.generate());
  assert.equal(await client.getUser(), null);
  const signature = await client.connection.requestAirdrop(client.wallet.publicKey, LAMPORTS_PER_SOL);
  await client.connection.confirmTransaction({ signature, ...(await client.connection.getLatestBlockhash()) });
  await client.registerUser("consumer", "Library");
  assert.equal((await client.getUser())?.location, "Library");
});

test("5000 Wh generated, 2000 used: 3000 are minted, and the listener hears of it", async () => {
  const one = await newcomer("METER-TS-1");
  assert.equal(await one.client.connection.getBalance(one.client.wallet.publicKey), 0);
  assert.equal((await one.client.getUser())?.location, "Building 7");
  await measured(one, "METER-TS-1", 5000, 2000);
  const heard: string[] = [];
  const stop = one.client.onGridTokensMinted((event, signature) => {
    if (event.meterOwner.equals(one.client.wallet.publicKey)) heard.push(`${event.amount} ${signature}`);
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const minted = await one.gateway.act("/api/tokens/mint", { meter_id: "METER-TS-1" });
  fine(minted);
  assert.deepEqual([minted.body["success"], minted.body["minted_amount"]], [true, "3000"]);
  await until("the listener heard", () => heard.length > 0);
  assert.deepEqual(heard, [`3000000000 ${minted.body["signature"]}`]);
  await stop();
  const row = await one.gateway.call("GET", "/api/balances");
  assert.equal(row.body["grid"], "3000000000");
  let notices: { text: string }[] = [];
  await until("the notice is there", async () => {
    notices = (await one.gateway.call("GET", "/api/notices")).body["notices"];
    return notices.some((notice) => notice.text === "Successfully minted 3 GRID tokens");
  });
});

test("10,000 Wh generated: a certificate of 5,000, and no second one of 6,000", async () => {
  const one = await newcomer("METER-TS-2");
  await measured(one, "METER-TS-2", 10_000, 0);
  const body = {
    meter_id: "METER-TS-2",
    energy_amount: 5000,
    renewable_source: "Solar",
    validation_data: "REC-CERT-2025-001",
  };
  const asked = await one.gateway.call("POST", "/api/governance/erc/issue", body);
  fine(asked, 202);
  await rec.signIn();
  const issued = await rec.act(`/api/governance/erc/requests/${asked.body["request_id"]}/approve`);
  fine(issued);
  const more = await one.gateway.call("POST", "/api/governance/erc/issue", { ...body, energy_amount: 6000 });
  fine(more, 422);
  assert.match(more.body["detail"], /5000 Wh/);
});
