// Wallets: those of the browser by the Wallet Standard, or on a localnet a demo wallet whose key never leaves it.
"use strict";
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const meta = name => document.querySelector(`meta[name=${name}]`)?.content ?? "";
function base58(bytes) {
  let number = 0n, text = "";
  for (const byte of bytes) number = number * 256n + BigInt(byte);
  while (number > 0n) { text = ALPHABET[Number(number % 58n)] + text; number /= 58n; }
  for (const byte of bytes) { if (byte) break; text = "1" + text; }
  return text;
}
const toBase64 = bytes => btoa(String.fromCharCode(...bytes));
const fromBase64 = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));

function store(mode, work) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("gridtokenx", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const request = work(opening.result.transaction("keys", mode).objectStore("keys"));
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    };
  });
}

async function demoWallet() {
  if (meta("demo") !== "yes") throw new Error("install a Solana wallet; demo wallets are for a localnet only");
  let pair = await store("readonly", keys => keys.get("demo"));
  if (!pair) {
    // Not extractable: the page can sign with the key, and cannot read it.
    pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    await store("readwrite", keys => keys.put(pair, "demo"));
  }
  const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const sign = async message => new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, message));
  return { address: base58(key), signMessage: sign, signTransaction: raw => signed(raw, key, sign) };
}

// A transaction: the count of signatures, the signatures, the message. Ours goes to the place of our key.
async function signed(raw, key, sign) {
  const count = raw[0], message = raw.slice(1 + 64 * count), result = raw.slice();
  for (let place = 0; place < count; place++) {
    const at = 4 + 32 * place;
    if (message.slice(at, at + 32).every((byte, i) => byte === key[i])) {
      result.set(await sign(message), 1 + 64 * place);
      return result;
    }
  }
  throw new Error("this transaction does not need your signature");
}

function standardWallets() {
  const found = [];
  const api = Object.freeze({ register: (...wallets) => { found.push(...wallets); return () => {}; } });
  window.addEventListener("wallet-standard:register-wallet", event => event.detail(api));
  window.dispatchEvent(new CustomEvent("wallet-standard:app-ready", { detail: api }));
  return found.filter(w => w.features["solana:signTransaction"] && w.features["solana:signMessage"]);
}

async function chooseWallet() {
  const [wallet] = standardWallets();
  if (!wallet) return demoWallet();
  const { accounts } = await wallet.features["standard:connect"].connect();
  const account = accounts[0];
  return {
    address: account.address,
    signMessage: async message => (await wallet.features["solana:signMessage"].signMessage({ account, message }))[0].signature,
    signTransaction: async transaction =>
      (await wallet.features["solana:signTransaction"].signTransaction({ account, transaction }))[0].signedTransaction,
  };
}

async function call(path, body, method = "POST") {
  const headers = { "content-type": "application/json", "x-csrf-token": meta("csrf"), "idempotency-key": crypto.randomUUID() };
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    .catch(() => { throw new Error(path.endsWith("/signed") ? "The connection broke. Look at how things stand before you try again." : "There is no connection. Nothing was done; try again."); });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(forPeople(answer.status, told));
  return told;
}

// Problems are written for programs, too; two of them a person meets without any fault of his.
function forPeople(status, told) {
  if (status === 401 && told.title === "not signed in") return "Your session has ended. Sign in again.";
  if (status === 403 && /CSRF/.test(told.title ?? "")) return "Somebody signed in or out in another window. Load this page anew.";
  return told.detail ?? told.title ?? `The server answered ${status}. Try again in a moment.`;
}

async function signIn() {
  const wallet = await chooseWallet();
  const { message } = await call("/api/auth/challenge", { wallet: wallet.address });
  const signature = await wallet.signMessage(new TextEncoder().encode(message));
  await call("/api/auth/login", { message, signature: toBase64(signature) });
  location.assign(location.pathname === "/" ? "/me" : location.pathname);
}

// Both steps: the server prepares, the wallet signs, the server compares and sends.
async function act(path, body, method) {
  const wallet = await chooseWallet();
  if (wallet.address !== meta("wallet")) throw new Error(`sign in with ${wallet.address} first`);
  const asked = await call(path, body, method);
  const transaction = await wallet.signTransaction(fromBase64(asked.transaction));
  return call(`/api/tx/${asked.id}/signed`, { transaction: toBase64(transaction) });
}
// What a user has signed, and this wallet must sign, too.
async function approve(id, transaction) {
  const wallet = await chooseWallet();
  return call(`/api/tx/${id}/signed`, { transaction: toBase64(await wallet.signTransaction(fromBase64(transaction))) });
}
window.gridtokenx = { call, signIn, act, approve };
