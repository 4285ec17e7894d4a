// @solana/kit against localnet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  address,
  airdropFactory,
  appendTransactionMessageInstruction,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  isSolanaError,
  lamports,
  pipe,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
} from "@solana/kit";

import { startLocalnet, within } from "./localnet.mjs";

const SYSTEM = address("11111111111111111111111111111111");

let net;
let rpc;
let subscriptions;

before(async () => {
  net = await startLocalnet();
  rpc = createSolanaRpc(net.rpc);
  subscriptions = createSolanaRpcSubscriptions(net.ws);
});

after(() => net.stop());

async function funded() {
  const signer = await generateKeyPairSigner();
  const airdrop = airdropFactory({ rpc, rpcSubscriptions: subscriptions });
  await airdrop({ commitment: "confirmed", lamports: lamports(5_000_000_000n), recipientAddress: signer.address });
  return signer;
}

function transferInstruction(from, to, amount) {
  const data = new Uint8Array(12);
  new DataView(data.buffer).setUint32(0, 2, true);
  new DataView(data.buffer).setBigUint64(4, amount, true);
  // Account roles: 3 is a writable signer, 1 is writable.
  return {
    programAddress: SYSTEM,
    accounts: [
      { address: from.address, role: 3, signer: from },
      { address: to, role: 1 },
    ],
    data,
  };
}

async function signed(payer, instruction) {
  const { value: latest } = await rpc.getLatestBlockhash().send();
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (m) => setTransactionMessageFeePayerSigner(payer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash(latest, m),
    (m) => appendTransactionMessageInstruction(instruction, m),
  );
  return signTransactionMessageWithSigners(message);
}

test("a versioned transaction is sent and confirmed over the WebSocket", async () => {
  const payer = await funded();
  const { address: to } = await generateKeyPairSigner();
  const transaction = await signed(payer, transferInstruction(payer, to, 7_000_000n));
  const sendAndConfirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions: subscriptions });
  await sendAndConfirm(transaction, { commitment: "finalized" });
  assert.equal((await rpc.getBalance(to).send()).value, 7_000_000n);
  const signature = getSignatureFromTransaction(transaction);
  const { value } = await rpc.getSignatureStatuses([signature]).send();
  assert.equal(value[0].confirmationStatus, "finalized");
  const found = await rpc
    .getTransaction(signature, { encoding: "jsonParsed", maxSupportedTransactionVersion: 0 })
    .send();
  assert.equal(found.transaction.message.instructions[0].parsed.type, "transfer");
  assert.equal(found.meta.fee, 5000n);
  assert.equal(Number(found.version), 0);
});

test("a preflight failure is a typed error with its context", async () => {
  const payer = await funded();
  const { address: to } = await generateKeyPairSigner();
  const transaction = await signed(payer, transferInstruction(payer, to, 900_000_000_000n));
  const wire = getBase64EncodedWireTransaction(transaction);
  const error = await rpc.sendTransaction(wire, { encoding: "base64" }).send().catch((caught) => caught);
  assert.ok(isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE));
  assert.ok(error.context.logs.some((line) => line.includes("insufficient lamports")));
  const simulated = await rpc.simulateTransaction(wire, { encoding: "base64" }).send();
  assert.deepEqual(simulated.value.err, { InstructionError: [0n, { Custom: 1n }] });
});

test("subscriptions arrive as async iterables", async () => {
  const payer = await funded();
  const { address: to } = await generateKeyPairSigner();
  const abort = new AbortController();
  const options = { abortSignal: abort.signal };
  const accounts = await subscriptions.accountNotifications(to, { encoding: "base64" }).subscribe(options);
  const logs = await subscriptions.logsNotifications({ mentions: [to] }).subscribe(options);
  const slots = await subscriptions.slotNotifications().subscribe(options);
  const programs = await subscriptions.programNotifications(SYSTEM, { encoding: "base64" }).subscribe(options);
  const first = (iterable) => iterable[Symbol.asyncIterator]().next();
  const waiting = Promise.all([accounts, logs, slots, programs].map(first));
  const transaction = await signed(payer, transferInstruction(payer, to, 4_000_000n));
  await rpc.sendTransaction(getBase64EncodedWireTransaction(transaction), { encoding: "base64" }).send();
  const [account, log, slot, program] = await within(waiting, 5_000, "notifications");
  assert.equal(account.value.value.lamports, 4_000_000n);
  assert.equal(log.value.value.signature, getSignatureFromTransaction(transaction));
  assert.ok(slot.value.slot > 0n);
  assert.equal(typeof program.value.value.pubkey, "string");
  abort.abort();
});

test("the methods that explorers and wallets call answer as kit's types expect", async () => {
  assert.equal(await rpc.getHealth().send(), "ok");
  assert.match((await rpc.getVersion().send())["solana-core"], /^\d+\.\d+/);
  assert.equal((await rpc.getEpochInfo().send()).slotsInEpoch, 432_000n);
  assert.equal(await rpc.getMinimumBalanceForRentExemption(0n).send(), 890_880n);
  const { value: supply } = await rpc.getSupply({ excludeNonCirculatingAccountsList: true }).send();
  assert.ok(supply.total > 0n);
  const clock = address("SysvarC1ock11111111111111111111111111111111");
  const { value } = await rpc.getAccountInfo(clock, { encoding: "jsonParsed" }).send();
  assert.equal(value.data.parsed.type, "clock");
  assert.ok(Math.abs(Number(value.data.parsed.info.unixTimestamp) - Date.now() / 1000) < 5);
  const fees = await rpc.getRecentPrioritizationFees().send();
  assert.ok(fees.length > 0);
  const compressed = await rpc.getAccountInfo(clock, { encoding: "base64+zstd" }).send();
  assert.equal(compressed.value.data[1], "base64+zstd");
});
