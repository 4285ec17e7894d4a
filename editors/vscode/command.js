// Which command starts the language server in a workspace.
"use strict";

const path = require("node:path");

/**
 * The command and its arguments. `set`: what the user's settings say; `folders`: paths of the workspace's folders;
 * `exists`: whether a file is there.
 */
function serverCommand(set, folders, exists, windows = process.platform === "win32") {
  if (set.length > 0) return { command: set[0], args: set.slice(1) };
  const inside = windows ? ["Scripts", "seahorse.exe"] : ["bin", "seahorse"];
  for (const folder of folders) {
    const own = path.join(folder, ".venv", ...inside);
    if (exists(own)) return { command: own, args: ["lsp"] };
  }
  return { command: "seahorse", args: ["lsp"] };
}

module.exports = { serverCommand };
