// Document A's SolanaClient: one connection, the five programs by their IDLs, a method for each thing that people do.
import { readFileSync } from "node:fs";
import path from "node:path";

import { AnchorProvider, BN, type Idl, Program, Wallet } from "@coral-xyz/anchor";
import { Connection, type Keypair, PublicKey } from "@solana/web3.js";

export const PROGRAMS = ["registry", "oracle", "energy_token", "trading", "governance"] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** An optional account that is left out. Anchor takes null; its types of a program whose IDL is read at run time do not. */
const ABSENT = null as unknown as PublicKey;

/** What the energy token's program tells of a mint; base units. */
export interface Minted {
  meterOwner: PublicKey;
  amount: BN;
}

export class SolanaClient {
  readonly connection: Connection;
  private readonly programs: Map<ProgramName, Program>;

  constructor(rpcUrl: string, wsUrl: string, idls: string, readonly wallet: Keypair) {
    this.connection = new Connection(rpcUrl, { commitment: "confirmed", wsEndpoint: wsUrl });
    const provider = new AnchorProvider(this.connection, new Wallet(wallet), { commitment: "confirmed" });
    this.programs = new Map(
      PROGRAMS.map((name) => {
        const idl = JSON.parse(readFileSync(path.join(idls, `${name}.json`), "utf8")) as Idl;
        return [name, new Program(idl, provider)];
      }),
    );
  }

  program(name: ProgramName): Program {
    const found = this.programs.get(name);
    if (found === undefined) throw new Error(`no program ${name}`);
    return found;
  }

  address(name: ProgramName, ...seeds: (string | Uint8Array)[]): PublicKey {
    const bytes = seeds.map((seed) => (typeof seed === "string" ? Buffer.from(seed) : seed));
    return PublicKey.findProgramAddressSync(bytes, this.program(name).programId)[0];
  }

  userAddress(owner: PublicKey = this.wallet.publicKey): PublicKey {
    return this.address("registry", "user", owner.toBuffer());
  }

  meterAddress(meterId: string): PublicKey {
    return this.address("registry", "meter", meterId.slice(0, 32), meterId.slice(32));
  }

  /** Registers this wallet as a user; its fee and rent are its own. */
  async registerUser(userType: "prosumer" | "consumer", location: string): Promise<string> {
    return this.program("registry")
      .methods.registerUser({ [userType]: {} }, location, { student: {} })
      .accountsPartial({ userAuthority: this.wallet.publicKey, payer: this.wallet.publicKey, registryAuthority: ABSENT })
      .rpc();
  }

  /** A user's account, or null. */
  async getUser(owner: PublicKey = this.wallet.publicKey): Promise<{ location: string; meterCount: number } | null> {
    const accounts = this.program("registry").account as Record<string, { fetchNullable(at: PublicKey): Promise<never> }>;
    return accounts["userAccount"]!.fetchNullable(this.userAddress(owner));
  }

  /** A meter's account; energy in Wh. */
  async getMeter(meterId: string): Promise<{ totalGeneration: BN; totalConsumption: BN; settledNetGeneration: BN }> {
    const accounts = this.program("registry").account as Record<string, { fetch(at: PublicKey): Promise<never> }>;
    return accounts["meterAccount"]!.fetch(this.meterAddress(meterId));
  }

  /** Hears of every mint until `stop` is called. */
  onGridTokensMinted(heard: (event: Minted, signature: string) => void): () => Promise<void> {
    const program = this.program("energy_token");
    const listener = program.addEventListener("gridTokensMinted", (event: Minted, _slot: number, signature: string) =>
      heard(event, signature),
    );
    return () => program.removeEventListener(listener);
  }
}
