// The REST half: signs in with a wallet, and does everything in two steps: prepare, then submit what the wallet signed.
import { createPrivateKey, sign } from "node:crypto";

import { type Keypair, Transaction } from "@solana/web3.js";

/** DER before an Ed25519 seed (RFC 8410). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

export interface Answer {
  status: number;
  // biome-ignore lint: an answer has the fields that the API document names.
  body: Record<string, any>;
}

export class Gateway {
  private cookie = "";
  private csrf = "";

  constructor(private readonly url: string, readonly wallet: Keypair) {}

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        cookie: this.cookie,
        "x-csrf-token": this.csrf,
        "idempotency-key": crypto.randomUUID(),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";")[0]!;
    return { status: answer.status, body: await answer.json() };
  }

  async signIn(): Promise<Answer> {
    const asked = await this.call("POST", "/api/auth/challenge", { wallet: this.wallet.publicKey.toBase58() });
    const key = createPrivateKey({
      key: Buffer.concat([PKCS8, this.wallet.secretKey.subarray(0, 32)]),
      format: "der",
      type: "pkcs8",
    });
    const signature = sign(null, Buffer.from(asked.body["message"]), key).toString("base64");
    const answer = await this.call("POST", "/api/auth/login", { message: asked.body["message"], signature });
    this.csrf = answer.body["csrf_token"];
    return answer;
  }

  /** Both steps; the second one's answer, or the first one's when it is a problem. */
  async act(path: string, body?: unknown): Promise<Answer> {
    const asked = await this.call("POST", path, body);
    if (asked.status !== 202) return asked;
    const transaction = Transaction.from(Buffer.from(asked.body["transaction"], "base64"));
    transaction.partialSign(this.wallet);
    const signed = transaction.serialize({ requireAllSignatures: false }).toString("base64");
    return this.call("POST", `/api/tx/${asked.body["id"]}/signed`, { transaction: signed });
  }
}
