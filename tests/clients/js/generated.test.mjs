// What Codama and Anchor generate from our IDLs: the code of docs/clients.md, checked by tsc and run against localnet.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";

import anchor from "@coral-xyz/anchor";
import { createKeyPairSignerFromBytes } from "@solana/kit";
import { Connection, Keypair } from "@solana/web3.js";

import { ROOT, startLocalnet } from "./localnet.mjs";

const HERE = path.join(ROOT, "tests/clients");
const require = createRequire(import.meta.url);
const page = readFileSync(path.join(ROOT, "docs/clients.md"), "utf8");
let folder;
let net;

/** The code of the page below a mark of this name. */
function shown(name) {
  const found = new RegExp(`<!-- code: ${name} -->\\n<!-- checked by: \\S+ -->\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(page);
  assert.ok(found, `docs/clients.md has no code for ${name}`);
  return found[1];
}

before(async () => {
  // Beside node_modules, where imports find it.
  folder = mkdtempSync(path.join(HERE, "made-"));
  const at = (name) => path.join(folder, name);
  const seahorse = process.env.SEAHORSE ?? path.join(ROOT, ".venv-localnet/bin/seahorse");
  execFileSync(seahorse, ["build", path.join(ROOT, "examples/voting/voting.py"), "--out-dir", folder]);
  for (const name of ["generate.mjs", "codama.ts", "anchor.ts"]) writeFileSync(at(name), shown(name));
  execFileSync(process.execPath, [at("generate.mjs"), at("voting.json"), at("voting_codama")], { stdio: "pipe" });
  // What `anchor idl type` writes, by the rule for names that the command has from the library.
  const idl = JSON.parse(readFileSync(at("voting.json"), "utf8"));
  const { convertIdlToCamelCase } = require("@coral-xyz/anchor/dist/cjs/idl.js");
  writeFileSync(at("voting_idl.ts"), `export type Voting = ${JSON.stringify(convertIdlToCamelCase(idl), null, 2)};\n`);
  const options = {
    strict: true, target: "es2022", module: "commonjs", moduleResolution: "node10", lib: ["es2022", "dom"],
    skipLibCheck: true, esModuleInterop: true, resolveJsonModule: true, types: ["node"], outDir: "built",
  };
  writeFileSync(at("tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts", "voting_codama"] }));
  net = await startLocalnet("--bpf-program", idl.address, at("voting.so"));
}, { timeout: 300_000 });

after(async () => {
  await net?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

/** A new key with SOL. */
async function funded() {
  const connection = new Connection(net.rpc, "confirmed");
  const key = Keypair.generate();
  const signature = await connection.requestAirdrop(key.publicKey, 5e9);
  await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) });
  return key;
}

test("what is generated is typed, and talks to the program", { timeout: 300_000 }, async () => {
  try {
    execFileSync(process.execPath, [path.join(HERE, "node_modules/typescript/bin/tsc"), "-p", folder]);
  } catch (error) {
    assert.fail(String(error.stdout));
  }
  mkdirSync(path.join(folder, "built"), { recursive: true });
  writeFileSync(path.join(folder, "built/package.json"), '{"type": "commonjs"}');
  const built = (name) => require(path.join(folder, "built", name));
  const me = await funded();
  const signer = await createKeyPairSignerFromBytes(me.secretKey);
  assert.deepEqual(await built("codama.js").run(net.rpc, net.ws, signer), ["Tea", "Coffee"]);
  const wallet = new anchor.Wallet(await funded());
  assert.deepEqual(await built("anchor.js").run(net.rpc, wallet), ["Tea", "Coffee"]);
});
