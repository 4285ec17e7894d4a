// Starts `seahorse lsp` for Python files, and shows what it says.
"use strict";

const fs = require("node:fs");
const vscode = require("vscode");
const { CloseAction, LanguageClient } = require("vscode-languageclient/node");
const { serverCommand } = require("./command");

let client;

async function start() {
  const set = vscode.workspace.getConfiguration("seahorse").get("command", []);
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const run = serverCommand(set, folders, fs.existsSync);
  let answered = false;
  const started = new LanguageClient("seahorse", "Seahorse", run, {
    documentSelector: [{ scheme: "file", language: "python" }],
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (...given) => usual.error(...given),
      // A server that ends before its first answer would end again: it is told once, below.
      closed: () => (answered ? usual.closed() : { action: CloseAction.DoNotRestart, handled: true }),
    },
  });
  const usual = started.createDefaultErrorHandler();
  client = started;
  try {
    await started.start();
    answered = started.isRunning();
    if (!answered) throw new Error("it ended before its first answer; what it printed is in the output Seahorse");
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(
      `Seahorse: ${run.command} does not start (${error.message ?? error}). ` +
        "Install it with: pip install 'seahorse-lang[lsp]', or set seahorse.command.",
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("seahorse.restart", async () => {
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("seahorse.command")) {
        await stop();
        await start();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
