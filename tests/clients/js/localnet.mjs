// Starts a localnet as a child process, as spawn.py does, and waits for its two addresses.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

function interpreter() {
  const named = process.env.LOCALNET_PYTHON;
  const own = path.join(ROOT, ".venv-localnet/bin/python");
  return named ?? (existsSync(own) ? own : "python3");
}

/** A running localnet: { rpc, ws, stop() }. Its standard input is a pipe: it ends when this process ends. */
export async function startLocalnet(...args) {
  const line = ["-m", "solana_localnet", "--port", "0", "--quiet", "--exit-with-stdin", ...args];
  const child = spawn(interpreter(), line, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let text = "";
  const net = await new Promise((resolve, reject) => {
    child.once("error", reject);
    ended.then((code) => reject(new Error(`localnet ended with status ${code}`)));
    child.stdout.on("data", (part) => {
      text += part;
      const rpc = /^rpc: (\S+)\n/m.exec(text);
      const ws = /^ws: (\S+)\n/m.exec(text);
      if (rpc && ws) resolve({ rpc: rpc[1], ws: ws[1] });
    });
  });
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { ...net, stop };
}

/** A promise that fails after a while, for notifications that do not come. */
export function within(promise, milliseconds, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
