// Event logs over any number of blocks, also from nodes that answer only for a few at a time.
import { BaseError, formatLog, type Hex, type Log, type LogTopic } from "viem";
import type { Config } from "../config.ts";
import type { Reader } from "./client.ts";

/** A log in a block, as opposed to one that waits for one. */
export type MinedLog = Log<bigint, number, false>;

const FEWEST_BLOCKS = 500n;
const TOO_MUCH = /range|limit|too (many|large|wide|big)|exceed|more than|timed? ?out/i;

/** Logs of the contract with these topics, in order; `to` defaults to the newest block. */
export async function readLogs(
  reader: Reader,
  config: Config,
  topics: LogTopic[],
  from = config.startBlock,
  to?: bigint,
): Promise<MinedLog[]> {
  const hex = (block: bigint): Hex => `0x${block.toString(16)}`;
  try {
    const logs = await reader.request({
      method: "eth_getLogs",
      params: [
        {
          address: config.contract,
          topics,
          fromBlock: hex(from),
          toBlock: to === undefined ? "latest" : hex(to),
        },
      ],
    });
    return logs.map((log) => formatLog(log)).filter(isMined);
  } catch (error) {
    if (!(error instanceof BaseError) || !TOO_MUCH.test(error.message)) throw error;
    const end = to ?? BigInt(await reader.request({ method: "eth_blockNumber" }));
    if (end - from < FEWEST_BLOCKS) throw error;
    const middle = (from + end) / 2n;
    const first = await readLogs(reader, config, topics, from, middle);
    return [...first, ...(await readLogs(reader, config, topics, middle + 1n, to))];
  }
}

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
