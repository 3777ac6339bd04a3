// Starts the devnet of devnet.py, and moves its clock.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Address } from "viem";

export interface Devnet {
  readonly page: string;
  readonly rpc: string;
  readonly images: string;
  /** The account of the studio that runs beside. */
  readonly studio: Address;
  /** The contracts that terms can name: the staked quorum, and the beacon of the devnet's own network. */
  readonly quorum: string;
  readonly beacon: string;
  create(wish: Created): Promise<number>;
  /** The beacon's signature of a round, as drand's relays have it. */
  sign(round: number): Promise<string>;
  /** Publishes a file as the oracle would, and gives its digest. */
  put(file: string | Uint8Array): Promise<`0x${string}`>;
  stopDaemon(): Promise<void>;
  startDaemon(): Promise<void>;
  stopStudio(): Promise<void>;
  startStudio(): Promise<void>;
  request(method: string, params?: readonly unknown[]): Promise<unknown>;
  moveTo(timestamp: number): Promise<void>;
  pass(seconds: number): Promise<void>;
  now(): Promise<number>;
  end(): Promise<void>;
}

/** What is special about a competition that is to be created. */
export interface Created {
  /** Who decides its disputes. */
  readonly arbiter: string;
  readonly studio?: string;
  readonly beacon?: string;
  readonly maxTickets?: number;
  /** Of each ticket at the studio. */
  readonly prompts?: number;
}

/** With a studio beside the daemon, or without: it costs seconds. */
export async function startDevnet(studio: boolean): Promise<Devnet> {
  const root = new URL("../../", import.meta.url);
  const python = new URL(".venv/bin/python", root).pathname;
  const script = new URL("devnet.py", import.meta.url).pathname;
  const child = spawn(python, [script, ...(studio ? ["studio"] : [])], {
    cwd: root.pathname,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the devnet ended by itself");
    return JSON.parse(value);
  };
  const ask = (wish: object) => {
    child.stdin.write(`${JSON.stringify(wish)}\n`);
    return answer();
  };
  const facts = await answer();
  const request = async (method: string, params: readonly unknown[] = []) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "Content-Type": "application/json" };
    const reply = await (await fetch(facts.rpc, { method: "POST", headers, body })).json();
    if (reply.error) throw Object.assign(new Error(reply.error.message), reply.error);
    return reply.result;
  };
  const now = async () =>
    Number(
      ((await request("eth_getBlockByNumber", ["latest", false])) as { timestamp: string })
        .timestamp,
    );
  const moveTo = async (timestamp: number) => {
    if ((await now()) >= timestamp) return;
    await request("evm_setNextBlockTimestamp", [timestamp]);
    await request("evm_mine");
  };
  return {
    ...facts,
    request,
    now,
    moveTo,
    pass: async (seconds) => moveTo((await now()) + seconds),
    create: async (wish) => (await ask({ do: "create", ...wish })).id,
    sign: async (round) => (await ask({ do: "sign", round })).signature,
    put: async (file) =>
      (await ask({ do: "put", base64: Buffer.from(file).toString("base64") })).digest,
    stopDaemon: () => ask({ do: "stop" }),
    startDaemon: () => ask({ do: "start" }),
    stopStudio: () => ask({ do: "stop studio" }),
    startStudio: () => ask({ do: "start studio" }),
    end: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin.end();
      }),
  };
}
