// Event logs over any number of blocks, also from nodes that answer only for a few at a time.
import {
  BaseError,
  formatLog,
  type Hex,
  HttpRequestError,
  type Log,
  type LogTopic,
  TimeoutError,
} from "viem";
import type { Config } from "../config.ts";
import type { Reader } from "./client.ts";

/** A log in a block, as opposed to one that waits for one. */
export type MinedLog = Log<bigint, number, false>;

const TOO_MUCH = /range|limit|too (many|large|wide|big)|exceed|more than|timed? ?out/i;
/** The method is unknown; the wallet does not allow it, does not have it, or is cut off. */
const OTHER_REASONS = new Set<unknown>([-32601, 4100, 4200, 4900, 4901]);
const TOO_OFTEN = 429;

/** How many blocks a node has answered for, so that its limit is found once. */
const accepted = new WeakMap<object, bigint>();

/** Logs of the contract with these topics, in order; `to` defaults to the newest block. */
export async function readLogs(
  reader: Reader,
  config: Config,
  topics: LogTopic[],
  from = config.startBlock,
  to?: bigint,
): Promise<MinedLog[]> {
  const known = accepted.get(reader);
  try {
    if (known === undefined) return await ask(reader, config, topics, from, to);
  } catch (error) {
    if (!isAboutRange(error)) throw error;
  }
  const end = to ?? BigInt(await reader.request({ method: "eth_blockNumber" }));
  const logs: MinedLog[] = [];
  let refused: bigint | null = null;
  let most = 0n; // what it has answered for in this reading
  let size = known ?? half(end - from + 1n);
  for (let start = from; start <= end; ) {
    const last = start + size - 1n < end ? start + size - 1n : end;
    try {
      logs.push(...(await ask(reader, config, topics, start, last)));
      start = last + 1n;
      if (size > most) most = size;
      size = refused === null ? size * 2n : half(most + refused);
    } catch (error) {
      if (!isAboutRange(error) || size === 1n) throw error;
      refused = size;
      // A node that counts results may refuse now what it took before.
      if (most >= refused) most = 0n;
      size = half(most ? most + refused : refused);
    }
  }
  if (most) accepted.set(reader, most);
  return logs;
}

const half = (blocks: bigint): bigint => (blocks > 1n ? blocks / 2n : 1n);

async function ask(
  reader: Reader,
  config: Config,
  topics: LogTopic[],
  from: bigint,
  to?: bigint,
): Promise<MinedLog[]> {
  const hex = (block: bigint): Hex => `0x${block.toString(16)}`;
  const toBlock = to === undefined ? "latest" : hex(to);
  const filter = { address: config.contract, topics, fromBlock: hex(from), toBlock } as const;
  const logs = await reader.request({ method: "eth_getLogs", params: [filter] });
  return logs.map((log) => formatLog(log)).filter(isMined);
}

/** Whether fewer blocks may be answered for: any refusal may mean that, whatever its words. */
function isAboutRange(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  if (error instanceof TimeoutError) return true;
  if (error instanceof HttpRequestError)
    return error.status !== undefined && error.status !== TOO_OFTEN
      ? error.status < 500 || TOO_MUCH.test(error.message)
      : false;
  return !error.walk((cause) => OTHER_REASONS.has(codeOf(cause)));
}

const codeOf = (cause: unknown): unknown =>
  typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined;

const isMined = (log: Log): log is MinedLog => log.blockNumber !== null;

const REORG_BLOCKS = 128n;

/** Logs with the same topics, as the chain grows: each part of it is looked through once. */
export class FollowedLogs {
  #next: bigint;

  constructor(
    private readonly config: Config,
    private readonly topics: LogTopic[],
  ) {
    this.#next = config.startBlock;
  }

  /** The first block that the next reading looks at. */
  get next(): bigint {
    return this.#next;
  }

  /** What came until `block` since the last time, and what was there in blocks that may have changed. */
  async read(reader: Reader, block: bigint): Promise<MinedLog[]> {
    const logs = await readLogs(reader, this.config, this.topics, this.#next);
    // The newest blocks may be reorganised, so they are looked at again.
    const settled = block - REORG_BLOCKS;
    if (settled > this.#next) this.#next = settled;
    return logs;
  }
}
