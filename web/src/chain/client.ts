// The one place that knows how the chain is reached for reading.
import {
  type Chain,
  createClient,
  custom,
  defineChain,
  type Hex,
  http,
  type Transport,
} from "viem";
import { getBlock } from "viem/actions";
import type { Config } from "../config.ts";
import { competitionAbi } from "./generated/competition.ts";

export const chainOf = (config: Config): Chain =>
  defineChain({
    id: config.chainId,
    name: config.chainName,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: config.rpcUrl ? [config.rpcUrl] : [] } },
  });

/**
 * Bytes of calls that one eth_call carries. What reading code that travels with the call gives back
 * counts as a contract's code, of which there may be 24 576 bytes: enough for 16 competitions.
 */
const BYTES_PER_CALL = 16 * 36;

type Provider = Parameters<typeof custom>[0];

/** A way to read: the configured node, or a wallet's own. */
export function connect(config: Config, wallet?: Provider) {
  const transport: Transport = wallet
    ? custom(wallet, { retryCount: 0 })
    : http(config.rpcUrl ?? "", { batch: { wait: 5, batchSize: 20 }, retryCount: 2 });
  return createClient({
    chain: chainOf(config),
    transport,
    // What is read in the same moment travels in one eth_call. No helper contract is needed on the
    // chain: the reading code travels along.
    batch: { multicall: { deployless: true, batchSize: BYTES_PER_CALL } },
    cacheTime: 0,
  });
}

export type Reader = ReturnType<typeof connect>;

export const contractOf = (config: Config) =>
  ({ address: config.contract, abi: competitionAbi }) as const;

const PACES = 4;

/** The chain's own time: the newest block's, and what has passed here since it was seen. */
export class ChainClock {
  #timestamp = 0;
  #seenAt = 0;
  #hash: Hex | null = null;
  block = 0n;
  #paces: readonly number[] = [];

  /** Looks at the newest block; true when it is another than the last time. */
  async sync(reader: Reader): Promise<boolean> {
    const block = await getBlock(reader);
    if (block.hash === this.#hash) return false;
    const [blocks, seconds] = [
      block.number - this.block,
      Number(block.timestamp) - this.#timestamp,
    ];
    if (this.#hash && blocks > 0n)
      this.#paces = [...this.#paces, seconds / Number(blocks)].slice(-PACES);
    this.#hash = block.hash;
    this.block = block.number;
    this.#timestamp = Number(block.timestamp);
    this.#seenAt = performance.now();
    return true;
  }

  /** From one block to the next, lately; a single late block does not count. */
  get blockSeconds(): number {
    return this.#paces.length ? Math.min(...this.#paces) : 0;
  }

  get now(): number {
    return this.#timestamp + Math.floor((performance.now() - this.#seenAt) / 1000);
  }
}
