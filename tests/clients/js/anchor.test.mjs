// @coral-xyz/anchor against localnet with the programs and IDLs of this workspace: register, trade, listen to events.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import anchor from "@coral-xyz/anchor";
import {
  Connection,
  Keypair,
  PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  SystemProgram,
  Transaction,
  TransactionInstruction,
} from "@solana/web3.js";

import { ROOT, startLocalnet, within } from "./localnet.mjs";

const { AnchorError, AnchorProvider, BN, Program, Wallet } = anchor;
const NAMES = ["registry", "oracle", "energy_token", "trading", "governance"];
const TOKEN = new PublicKey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
const ASSOCIATED = new PublicKey("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
const GRID_PER_WH = 1_000_000;
const EPOCH = 900;
// Prices of the market: 0.001 to 0.512 GRID per kWh.
const TICK = new BN(1_000_000);

const deployer = Keypair.generate();
const gateway = Keypair.generate();
let net;
let connection;
let idls;
let programs;

function idl(name) {
  const file = path.join(ROOT, "target/idl", `${name}.json`);
  assert.ok(existsSync(file), `${file} is missing: build the programs first (make build)`);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The five programs, called and paid for by `key`. */
function programsOf(key) {
  const provider = new AnchorProvider(connection, new Wallet(key), { commitment: "confirmed" });
  return Object.fromEntries(NAMES.map((name) => [name, new Program(idls[name], provider)]));
}

before(async () => {
  idls = Object.fromEntries(NAMES.map((name) => [name, idl(name)]));
  const options = NAMES.flatMap((name) => [
    "--upgradeable-program",
    idls[name].address,
    path.join(ROOT, "target/deploy", `${name}.so`),
    deployer.publicKey.toBase58(),
  ]);
  net = await startLocalnet(...options);
  connection = new Connection(net.rpc, "confirmed");
  for (const key of [deployer, gateway]) await fund(key);
  programs = programsOf(deployer);
});

after(() => net?.stop());

async function fund(key) {
  const signature = await connection.requestAirdrop(key.publicKey, 100e9);
  await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) });
}

/** The chain's own time, in unix seconds. */
async function chainTime() {
  const clock = await connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY);
  return Number(clock.data.readBigInt64LE(32));
}

/** Moves the chain's clock forward. */
async function travel(timestamp) {
  const body = { jsonrpc: "2.0", id: 1, method: "surfnet_timeTravel", params: [{ absoluteTimestamp: timestamp * 1000 }] };
  const headers = { "content-type": "application/json" };
  const answer = await (await fetch(net.rpc, { method: "POST", headers, body: JSON.stringify(body) })).json();
  assert.equal(answer.error, undefined);
}

function pda(name, ...seeds) {
  const bytes = seeds.map((seed) => (typeof seed === "string" ? Buffer.from(seed) : seed));
  return PublicKey.findProgramAddressSync(bytes, new PublicKey(idls[name].address))[0];
}

const meterAddress = (id) => pda("registry", "meter", id.slice(0, 32), id.slice(32));
const userAddress = (key) => pda("registry", "user", key.toBuffer());
const traderAddress = (key) => pda("trading", "trader", key.toBuffer());
const epochAddress = (index) => pda("trading", "epoch", new BN(index).toArrayLike(Buffer, "le", 8));
const orderAddress = (id) => pda("trading", "order", new BN(id).toArrayLike(Buffer, "le", 8));
const gridMint = () => pda("energy_token", "mint");
const vault = () => pda("trading", "vault", gridMint().toBuffer());

function associated(owner) {
  const seeds = [owner.toBuffer(), TOKEN.toBuffer(), gridMint().toBuffer()];
  return PublicKey.findProgramAddressSync(seeds, ASSOCIATED)[0];
}

function createAssociated(owner) {
  const account = (pubkey, isSigner, isWritable) => ({ pubkey, isSigner, isWritable });
  return new TransactionInstruction({
    programId: ASSOCIATED,
    data: Buffer.alloc(0),
    keys: [
      account(owner, true, true),
      account(associated(owner), false, true),
      account(owner, false, false),
      account(gridMint(), false, false),
      account(SystemProgram.programId, false, false),
      account(TOKEN, false, false),
    ],
  });
}

/** A registered prosumer with a meter, a trading account, and GRID for `wh` watt-hours. */
async function prosumer(meterId, wh) {
  const key = Keypair.generate();
  await fund(key);
  const own = programsOf(key);
  await own.registry.methods
    .registerUser({ prosumer: {} }, "Building 7", { student: {} })
    .accountsPartial({ userAuthority: key.publicKey, payer: key.publicKey, registryAuthority: null })
    .rpc();
  const meter = meterAddress(meterId);
  await own.registry.methods
    .registerMeter(meterId, { solar: {} })
    .accountsPartial({ owner: key.publicKey, payer: key.publicKey, registryAuthority: null, meterAccount: meter })
    .rpc();
  await own.trading.methods.openTradingAccount().accountsPartial({ user: key.publicKey, payer: key.publicKey }).rpc();
  // A meter measures at most 1 MWh in a quarter-hour.
  await travel((await chainTime()) + 60);
  await programsOf(gateway)
    .oracle.methods.submitMeterReading(meterId, new BN(wh), new BN(0), new BN(await chainTime()))
    .accountsPartial({ apiGateway: gateway.publicKey, meterAccount: meter })
    .rpc();
  await own.energy_token.methods
    .mintGridTokens()
    .accountsPartial({
      meterAccount: meter,
      userAccount: userAddress(key.publicKey),
      userTokenAccount: associated(key.publicKey),
      meterOwner: key.publicKey,
      validator: null,
      recValidator: null,
    })
    .preInstructions([createAssociated(key.publicKey)])
    .rpc();
  return { key, own };
}

/** The next event of a name, through the program's log subscription. */
async function nextEvent(program, name, act) {
  let listener;
  const event = new Promise((resolve) => {
    listener = program.addEventListener(name, (data, slot, signature) => resolve({ data, slot, signature }));
  });
  // The subscription is made in the background: it stands when a slot notification has come.
  await new Promise((resolve) => {
    const id = connection.onSlotChange(() => {
      connection.removeSlotChangeListener(id);
      resolve();
    });
  });
  const signature = await act();
  const heard = await within(event, 5_000, `${name} event`);
  await program.removeEventListener(listener);
  assert.equal(heard.signature, signature);
  return heard.data;
}

test("the system is initialized in its order", async () => {
  const { registry, oracle, energy_token, trading, governance } = programs;
  const me = deployer.publicKey;
  await registry.methods.initialize(me).accountsPartial({ deployer: me, payer: me }).rpc();
  await oracle.methods.initialize(gateway.publicKey).accountsPartial({ deployer: me, payer: me }).rpc();
  await energy_token.methods.initialize().accountsPartial({ deployer: me, payer: me }).rpc();
  await energy_token.methods.initializeToken().accountsPartial({ deployer: me, payer: me }).rpc();
  await trading.methods
    .initializeMarket(25, PublicKey.default, TICK, TICK)
    .accountsPartial({ deployer: me, payer: me, paymentMint: gridMint(), paymentVault: null })
    .rpc();
  await governance.methods.initializePoa(me).accountsPartial({ deployer: me, payer: me }).rpc();
  await registry.methods.updateRegistryConfig(10, true, "Engineering").accountsPartial({ authority: me }).rpc();
  const market = await trading.account.market.fetch(pda("trading", "market"));
  assert.equal(market.marketFeeBps, 25);
  assert.equal(String(market.energyMint), String(gridMint()));
});

test("users and meters are registered, and the event arrives", async () => {
  const key = Keypair.generate();
  await fund(key);
  const { registry } = programsOf(key);
  const event = await nextEvent(registry, "userRegistered", () =>
    registry.methods
      .registerUser({ consumer: {} }, "Library", { faculty: {} })
      .accountsPartial({ userAuthority: key.publicKey, payer: key.publicKey, registryAuthority: null })
      .rpc(),
  );
  assert.equal(String(Object.values(event).find((value) => value instanceof PublicKey)), String(key.publicKey));
  const user = await registry.account.userAccount.fetch(userAddress(key.publicKey));
  assert.deepEqual(user.userType, { consumer: {} });
  const everyone = await registry.account.userAccount.all();
  assert.ok(everyone.some((row) => row.publicKey.equals(userAddress(key.publicKey))));
});

test("two prosumers trade in a quarter-hour that is cleared, and the match settles in one transaction", async () => {
  const seller = await prosumer("METER_001", 2_000);
  const buyer = await prosumer("METER_002", 5_000);
  assert.equal((await connection.getTokenAccountBalance(associated(seller.key.publicKey))).value.uiAmount, 2);
  const { trading } = programs;
  const index = Math.floor((await chainTime()) / EPOCH) + 1;
  const epoch = epochAddress(index);
  await trading.methods.openEpoch(new BN(index)).accountsPartial({ payer: deployer.publicKey }).rpc();
  const order = (person) => ({
    payer: person.key.publicKey,
    epoch,
    tradingAccount: traderAddress(person.key.publicKey),
    userAccount: userAddress(person.key.publicKey),
  });
  await seller.own.trading.methods
    .createSellOrder(new BN(1), new BN(2_000), new BN(150_000_000))
    .accountsPartial({
      ...order(seller),
      seller: seller.key.publicKey,
      sellerTokenAccount: associated(seller.key.publicKey),
      energyVault: vault(),
      ercCertificate: null,
    })
    .rpc();
  await buyer.own.trading.methods
    .createBuyOrder(new BN(2), new BN(1_500), new BN(160_000_000))
    .accountsPartial({
      ...order(buyer),
      buyer: buyer.key.publicKey,
      buyerTokenAccount: associated(buyer.key.publicKey),
      paymentVault: vault(),
    })
    .rpc();
  await travel((index + 1) * EPOCH);
  await programsOf(gateway)
    .oracle.methods.triggerMarketClearing(new BN(index))
    .accountsPartial({ apiGateway: gateway.publicKey, epochAccount: epoch })
    .rpc();
  const cleared = await trading.account.epoch.fetch(epoch);
  assert.deepEqual([cleared.price, cleared.volume].map(String), ["150000000", "1500"]);
  const event = await nextEvent(trading, "orderMatched", () =>
    trading.methods
      .matchOrders()
      .accountsPartial({
        matcher: deployer.publicKey,
        payer: deployer.publicKey,
        epoch,
        sellOrder: orderAddress(1),
        buyOrder: orderAddress(2),
        sellerTradingAccount: traderAddress(seller.key.publicKey),
        buyerTradingAccount: traderAddress(buyer.key.publicKey),
        energyVault: vault(),
        paymentVault: vault(),
        sellerPaymentAccount: associated(seller.key.publicKey),
        buyerEnergyAccount: associated(buyer.key.publicKey),
        buyerPaymentAccount: associated(buyer.key.publicKey),
        ercCertificate: null,
      })
      .rpc(),
  );
  const numbers = Object.values(event).filter((value) => BN.isBN(value)).map(String);
  assert.ok(numbers.includes("1500"), `1500 Wh are matched: ${numbers}`);
  const sold = await trading.account.order.fetch(orderAddress(1));
  assert.deepEqual(sold.status, { partiallyFilled: {} });
  const balance = async (key) => (await connection.getTokenAccountBalance(associated(key))).value.amount;
  assert.equal(await balance(seller.key.publicKey), String(224_437_500));
  // 5 GRID minted, 0.225 paid, 1.5 bought; what was bid above the price came back.
  assert.equal(await balance(buyer.key.publicKey), String(5_000 * GRID_PER_WH - 225_000_000 + 1_500 * GRID_PER_WH));
});

test("a refusal is an AnchorError with its code, and nothing changes", async () => {
  const stranger = Keypair.generate();
  await fund(stranger);
  const before = await connection.getBalance(stranger.publicKey);
  const { oracle } = programsOf(stranger);
  const error = await oracle.methods
    .submitMeterReading("METER_001", new BN(1), new BN(0), new BN(await chainTime()))
    .accountsPartial({ apiGateway: stranger.publicKey, meterAccount: meterAddress("METER_001") })
    .rpc()
    .catch((caught) => caught);
  assert.ok(error instanceof AnchorError, String(error));
  const known = idls.oracle.errors.map((entry) => entry.code);
  assert.ok(known.includes(error.error.errorCode.number) || error.error.errorCode.number < 6000);
  assert.equal(await connection.getBalance(stranger.publicKey), before);
});

test("a transaction is simulated and its events are read from the logs", async () => {
  const key = Keypair.generate();
  await fund(key);
  const { registry } = programsOf(key);
  const method = registry.methods
    .registerUser({ consumer: {} }, "Gate", { staff: {} })
    .accountsPartial({ userAuthority: key.publicKey, payer: key.publicKey, registryAuthority: null });
  const { events, raw } = await method.simulate();
  assert.ok(raw.length > 0);
  assert.deepEqual(events.map((event) => event.name), ["userRegistered"]);
  const transaction = await method.transaction();
  assert.ok(transaction instanceof Transaction);
  assert.equal(await connection.getAccountInfo(userAddress(key.publicKey)), null);
});
