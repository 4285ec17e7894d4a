// The extension in an editor of our own (vscode.fake.js), with the real server: `SEAHORSE`, else the repository's.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");

const { vscode, said, seen, settings, events } = require("./vscode.fake");
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
const extension = require("./extension");

const SERVER = process.env.SEAHORSE ?? path.resolve(__dirname, "../../.venv-localnet/bin/seahorse");
const SOURCE = `from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Counter(Account):
    count: u64


@instruction
def increment(owner: Signer, counter: Counter) -> None:
    counter.cuont += 1
`;
const PATIENCE = { timeout: 120_000 };

/** Waits until something holds. */
async function until(holds) {
  while (!holds()) await new Promise((done) => setTimeout(done, 20));
}

/** A workspace with one program, which is open. */
function opened(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "seahorse-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, "counter.py");
  fs.writeFileSync(file, SOURCE);
  const uri = vscode.Uri.file(file);
  const document = { uri, languageId: "python", version: 1, isClosed: false, getText: () => SOURCE };
  said.workspace.workspaceFolders = [{ uri: vscode.Uri.file(folder), name: "project", index: 0 }];
  said.workspace.textDocuments = [document];
  return document;
}

async function changed(command) {
  settings["seahorse.command"] = command;
  const all = [...events.settings.listeners].map((told) => told({ affectsConfiguration: (n) => n === "seahorse.command" }));
  await Promise.all(all);
}

test("diagnostics, hover, a restart, other settings, the end", PATIENCE, async (t) => {
  const document = opened(t);
  const told = () => seen.diagnostics.get(document.uri.toString())?.map((one) => one.message) ?? [];
  const isTold = () => told().some((text) => text.includes("Counter has no `cuont`"));
  settings["seahorse.command"] = [SERVER, "lsp"];
  const context = { subscriptions: [] };
  t.after(() => extension.deactivate());

  await extension.activate(context);
  await until(isTold);
  const [found] = seen.diagnostics.get(document.uri.toString());
  assert.deepEqual({ ...found.range.start }, { line: 11, character: 4 });
  assert.equal(found.severity, vscode.DiagnosticSeverity.Error);

  await until(() => seen.hovers.length === 1);
  const token = new vscode.CancellationTokenSource().token;
  const hover = await seen.hovers[0].provideHover(document, new vscode.Position(10, 5), token);
  assert.match(hover.contents.map?.((one) => one.value).join() ?? hover.contents.value, /increment/);

  await seen.commands["seahorse.restart"]();
  await until(isTold);
  assert.equal(seen.hovers.length, 1);
  assert.deepEqual(seen.errors, []);

  await changed(["/no/such/seahorse", "lsp"]);
  const [own] = seen.errors.filter((text) => text.startsWith("Seahorse: /no/such/seahorse does not start"));
  assert.match(own, /ENOENT.*pip install 'seahorse-lang\[lsp\]', or set seahorse.command/);
  assert.deepEqual(told(), []);

  await changed([SERVER, "lsp"]);
  await until(isTold);
  await extension.deactivate();
  assert.deepEqual(told(), []);
  assert.equal(seen.hovers.length, 0);
});
