// The command of the server: of the settings, of the workspace's environment, of the PATH.
"use strict";

const assert = require("node:assert");
const { serverCommand } = require("./command");

const there = (file) => file === "/two/.venv/bin/seahorse";
assert.deepEqual(serverCommand(["python", "-m", "seahorse.start", "lsp"], ["/two"], there, false), {
  command: "python",
  args: ["-m", "seahorse.start", "lsp"],
});
assert.deepEqual(serverCommand([], ["/one", "/two"], there, false), {
  command: "/two/.venv/bin/seahorse",
  args: ["lsp"],
});
assert.deepEqual(serverCommand([], ["/one"], there, false), { command: "seahorse", args: ["lsp"] });
