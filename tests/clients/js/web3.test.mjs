// @solana/web3.js 1.x against localnet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  AddressLookupTableProgram,
  ComputeBudgetProgram,
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  NonceAccount,
  NONCE_ACCOUNT_LENGTH,
  PublicKey,
  sendAndConfirmTransaction,
  SendTransactionError,
  SystemProgram,
  Transaction,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from "@solana/web3.js";

import anchor from "@coral-xyz/anchor";

import { startLocalnet, within } from "./localnet.mjs";

const MEMO = new PublicKey("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

let net;
let connection;

before(async () => {
  net = await startLocalnet();
  // The WebSocket address is not given: web3.js looks for it at the port after the RPC's.
  connection = new Connection(net.rpc, "confirmed");
});

after(() => net.stop());

async function funded(sol = 10) {
  const key = Keypair.generate();
  const signature = await connection.requestAirdrop(key.publicKey, sol * LAMPORTS_PER_SOL);
  const latest = await connection.getLatestBlockhash();
  const result = await connection.confirmTransaction({ signature, ...latest });
  assert.equal(result.value.err, null);
  return key;
}

function payment(from, to, lamports) {
  return SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey: to, lamports });
}

test("the cluster introduces itself", async () => {
  const version = await connection.getVersion();
  assert.match(version["solana-core"], /^\d+\.\d+\.\d+$/);
  assert.equal((await connection.getGenesisHash()).length > 40, true);
  const info = await connection.getEpochInfo();
  assert.equal(info.slotsInEpoch, 432_000);
  assert.equal((await connection.getClusterNodes()).length, 1);
  assert.equal((await connection.getEpochSchedule()).warmup, false);
  assert.equal((await connection.getVoteAccounts()).current.length, 1);
  assert.ok((await connection.getSupply()).value.total > 0);
  assert.ok((await connection.getRecentPerformanceSamples(1)).length <= 1);
});

test("a legacy transaction is sent, confirmed over the WebSocket, and found again", async () => {
  const payer = await funded();
  const to = Keypair.generate().publicKey;
  const transaction = new Transaction().add(payment(payer, to, 12_345_678));
  const signature = await sendAndConfirmTransaction(connection, transaction, [payer], { commitment: "finalized" });
  assert.equal(await connection.getBalance(to), 12_345_678);
  const status = await connection.getSignatureStatus(signature);
  assert.equal(status.value.confirmationStatus, "finalized");
  const parsed = await connection.getParsedTransaction(signature, { maxSupportedTransactionVersion: 0 });
  const [instruction] = parsed.transaction.message.instructions;
  assert.equal(instruction.parsed.type, "transfer");
  assert.equal(instruction.parsed.info.lamports, 12_345_678);
  const [row] = await connection.getSignaturesForAddress(to);
  assert.equal(row.signature, signature);
  const block = await connection.getBlockSignatures(status.value.slot).catch((error) => error);
  assert.ok(block instanceof Error || block.signatures.includes(signature));
});

test("a failing transaction says why, with its logs", async () => {
  const payer = await funded(1);
  const transaction = new Transaction().add(payment(payer, Keypair.generate().publicKey, 100 * LAMPORTS_PER_SOL));
  const error = await sendAndConfirmTransaction(connection, transaction, [payer]).catch((caught) => caught);
  assert.ok(error instanceof SendTransactionError);
  assert.match(error.message, /custom program error: 0x1/);
  const logs = await error.getLogs(connection);
  assert.ok(logs.some((line) => line.includes("insufficient lamports")));
});

test("a versioned transaction reads a lookup table", async () => {
  const payer = await funded();
  const to = Keypair.generate().publicKey;
  const recentSlot = await connection.getSlot("finalized");
  const [create, table] = AddressLookupTableProgram.createLookupTable({
    authority: payer.publicKey,
    payer: payer.publicKey,
    recentSlot,
  });
  const extend = AddressLookupTableProgram.extendLookupTable({
    payer: payer.publicKey,
    authority: payer.publicKey,
    lookupTable: table,
    addresses: [to],
  });
  await sendAndConfirmTransaction(connection, new Transaction().add(create, extend), [payer]);
  await new Promise((resolve) => setTimeout(resolve, 900));
  const lookup = (await connection.getAddressLookupTable(table)).value;
  assert.deepEqual(lookup.state.addresses.map(String), [String(to)]);
  const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
  const message = new TransactionMessage({
    payerKey: payer.publicKey,
    recentBlockhash: blockhash,
    instructions: [ComputeBudgetProgram.setComputeUnitLimit({ units: 5_000 }), payment(payer, to, 10_000_000)],
  }).compileToV0Message([lookup]);
  assert.equal(message.addressTableLookups.length, 1);
  const transaction = new VersionedTransaction(message);
  const simulated = await connection.simulateTransaction(transaction, {
    replaceRecentBlockhash: true,
    accounts: { encoding: "base64", addresses: [String(to)] },
  });
  assert.equal(simulated.value.err, null);
  assert.equal(simulated.value.accounts[0].lamports, 10_000_000);
  transaction.sign([payer]);
  const fee = await connection.getFeeForMessage(message);
  assert.equal(fee.value, 5000);
  const signature = await connection.sendTransaction(transaction);
  await connection.confirmTransaction({ signature, blockhash, lastValidBlockHeight });
  const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
  assert.equal(found.version, 0);
  assert.deepEqual(found.meta.loadedAddresses.writable.map(String), [String(to)]);
  assert.equal(found.meta.computeUnitsConsumed, 300);
});

test("subscriptions tell of accounts, programs, logs, slots and roots", async () => {
  const payer = await funded();
  const to = Keypair.generate().publicKey;
  const heard = {};
  const listen = (name, subscribe) =>
    within(new Promise((resolve) => (heard[name] = subscribe(resolve))), 5_000, `${name} notification`);
  const account = listen("account", (done) => connection.onAccountChange(to, done, "confirmed"));
  const program = listen("program", (done) =>
    connection.onProgramAccountChange(
      SystemProgram.programId,
      (changed) => changed.accountId.equals(to) && done(changed),
      "confirmed",
    ),
  );
  const logs = listen("logs", (done) => connection.onLogs(to, done, "confirmed"));
  const slot = listen("slot", (done) => connection.onSlotChange(done));
  const root = listen("root", (done) => connection.onRootChange(done));
  // web3.js subscribes in the background; a slot notification shows that the connection is up.
  await slot;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const transaction = new Transaction().add(payment(payer, to, 5_000_000));
  const signature = await sendAndConfirmTransaction(connection, transaction, [payer]);
  assert.equal((await account).lamports, 5_000_000);
  assert.equal((await program).accountInfo.lamports, 5_000_000);
  assert.equal((await logs).signature, signature);
  assert.equal(typeof (await root), "number");
  await connection.removeAccountChangeListener(heard.account);
  await connection.removeProgramAccountChangeListener(heard.program);
  await connection.removeOnLogsListener(heard.logs);
  await connection.removeSlotChangeListener(heard.slot);
  await connection.removeRootChangeListener(heard.root);
});

test("accounts come in bulk, filtered and sliced", async () => {
  const payer = await funded();
  const owner = Keypair.generate().publicKey;
  const space = 24;
  const lamports = await connection.getMinimumBalanceForRentExemption(space);
  const keys = [Keypair.generate(), Keypair.generate()];
  const transaction = new Transaction();
  for (const key of keys) {
    transaction.add(
      SystemProgram.createAccount({
        fromPubkey: payer.publicKey,
        newAccountPubkey: key.publicKey,
        lamports,
        space,
        programId: owner,
      }),
    );
  }
  await sendAndConfirmTransaction(connection, transaction, [payer, ...keys]);
  const infos = await connection.getMultipleAccountsInfo([...keys.map((key) => key.publicKey), owner]);
  assert.deepEqual(infos.map((info) => info?.data.length), [space, space, undefined]);
  const rows = await connection.getProgramAccounts(owner, {
    filters: [{ dataSize: space }, { memcmp: { offset: 0, bytes: "11111111" } }],
    dataSlice: { offset: 0, length: 4 },
  });
  assert.deepEqual(rows.map((row) => row.account.data.length), [4, 4]);
});

test("a memo is shown with its signature, and a block holds it", async () => {
  const payer = await funded();
  const memo = new TransactionInstruction({ programId: MEMO, keys: [], data: Buffer.from("hello from web3.js") });
  const signature = await sendAndConfirmTransaction(connection, new Transaction().add(memo), [payer]);
  const [row] = await connection.getSignaturesForAddress(payer.publicKey);
  assert.equal(row.memo, "[18] hello from web3.js");
  while ((await connection.getSlot()) <= row.slot) await new Promise((resolve) => setTimeout(resolve, 50));
  const block = await connection.getBlock(row.slot, { maxSupportedTransactionVersion: 0 });
  assert.ok(block.transactions.some((entry) => entry.transaction.signatures.includes(signature)));
  assert.equal((await connection.getBlockTime(row.slot)) > 1_600_000_000, true);
});

test("a durable nonce signs a transaction that outlives blockhashes", async () => {
  const payer = await funded();
  const nonce = Keypair.generate();
  const create = SystemProgram.createNonceAccount({
    fromPubkey: payer.publicKey,
    noncePubkey: nonce.publicKey,
    authorizedPubkey: payer.publicKey,
    lamports: await connection.getMinimumBalanceForRentExemption(NONCE_ACCOUNT_LENGTH),
  });
  await sendAndConfirmTransaction(connection, create, [payer, nonce]);
  const info = await connection.getAccountInfo(nonce.publicKey);
  const stored = NonceAccount.fromAccountData(info.data);
  const to = Keypair.generate().publicKey;
  const transaction = new Transaction({
    feePayer: payer.publicKey,
    nonceInfo: {
      nonce: stored.nonce,
      nonceInstruction: SystemProgram.nonceAdvance({
        noncePubkey: nonce.publicKey,
        authorizedPubkey: payer.publicKey,
      }),
    },
  }).add(payment(payer, to, 3_000_000));
  const signature = await sendAndConfirmTransaction(connection, transaction, [payer]);
  assert.equal((await connection.getSignatureStatus(signature)).value.err, null);
  assert.equal(await connection.getBalance(to), 3_000_000);
});

// web3.js opens its socket with the first subscription and does not wait for it before it sends.
test("whoever subscribes and sends at once hears of it, at every level", async () => {
  const payer = await funded();
  const watches = {
    account: (own, to, _, heard, level) => own.onAccountChange(to, heard, level),
    logs: (own, to, _, heard, level) => own.onLogs(to, heard, level),
    signature: (own, _, signature, heard, level) => own.onSignature(signature, heard, level),
    program: (own, to, _, heard, level) =>
      own.onProgramAccountChange(SystemProgram.programId, (row) => row.accountId.equals(to) && heard(), level),
  };
  let heard = 0;
  for (const watch of Object.values(watches)) {
    for (const level of ["processed", "processed", "confirmed", "confirmed", "finalized", "finalized"]) {
      const own = new Connection(net.rpc, level);
      const to = Keypair.generate().publicKey;
      const { blockhash } = await own.getLatestBlockhash();
      const transaction = new Transaction({ feePayer: payer.publicKey, recentBlockhash: blockhash });
      transaction.add(payment(payer, to, LAMPORTS_PER_SOL / 100)).sign(payer);
      const signature = anchor.utils.bytes.bs58.encode(transaction.signature);
      const told = new Promise((resolve) => watch(own, to, signature, () => resolve(true), level));
      await own.sendRawTransaction(transaction.serialize(), { skipPreflight: true });
      heard += await within(told, 10_000, `the notification of ${level}`);
    }
  }
  assert.equal(heard, 24);
});

test("Anchor's provider sends and confirms the same instruction ten times", async () => {
  const payer = await funded();
  const provider = new anchor.AnchorProvider(connection, new anchor.Wallet(payer), { commitment: "confirmed" });
  const same = () => new Transaction().add(new TransactionInstruction({ programId: MEMO, keys: [], data: Buffer.from("same") }));
  const signatures = new Set();
  for (let round = 0; round < 10; round += 1) signatures.add(await provider.sendAndConfirm(same()));
  assert.equal(signatures.size, 10);
});

// Each from a connection of its own, which asks for a blockhash as soon as it has heard.
test("the same instruction, time after time, is never refused at any level", async () => {
  const payer = await funded();
  for (const level of ["processed", "confirmed", "finalized"]) {
    const signatures = new Set();
    for (let round = 0; round < 20; round += 1) {
      const own = new Connection(net.rpc, level);
      const same = new Transaction().add(payment(payer, payer.publicKey, 1));
      signatures.add(await sendAndConfirmTransaction(own, same, [payer], { commitment: level }));
    }
    assert.equal(signatures.size, 20);
  }
});
