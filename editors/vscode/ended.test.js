// A server that ends at once, as one without the extra `lsp` does, is told once, and not started again and again.
"use strict";

const assert = require("node:assert");
const Module = require("node:module");

const { vscode, seen, settings } = require("./vscode.fake");
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
// The client library leaves promises behind when a server ends; the editor writes them to its log.
process.on("unhandledRejection", () => {});

settings["seahorse.command"] = [process.execPath, "-e", "console.error('pip install it'); process.exit(1)"];
async function tell() {
  await require("./extension").activate({ subscriptions: [] });
  await new Promise((done) => setTimeout(done, 1000));
  assert.equal(seen.log.filter((text) => text.includes("pip install it")).length, 1);
  const [told, ...more] = seen.errors.filter((text) => text.startsWith("Seahorse: "));
  assert.match(told, /does not start \(.*\). Install it with: pip install 'seahorse-lang\[lsp\]'/);
  assert.deepEqual(more, []);
  assert.ok(seen.errors.length <= 2, seen.errors.join("\n"));
}

tell().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
