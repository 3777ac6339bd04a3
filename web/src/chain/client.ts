// The one place that knows how the chain is reached for reading.
import { type Chain, createClient, defineChain, http } from "viem";
import { getBlock } from "viem/actions";
import type { Config } from "../config.ts";
import { competitionAbi } from "./generated/competition.ts";

export const chainOf = (config: Config): Chain =>
  defineChain({
    id: config.chainId,
    name: config.chainName,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [config.rpcUrl] } },
  });

export const connect = (config: Config) =>
  createClient({
    chain: chainOf(config),
    transport: http(config.rpcUrl, { batch: { wait: 5 }, retryCount: 2 }),
    pollingInterval: 1000,
    cacheTime: 0,
  });

export type Reader = ReturnType<typeof connect>;

export const contractOf = (config: Config) =>
  ({ address: config.contract, abi: competitionAbi }) as const;

/** The chain's own time: the newest block's, and what has passed here since it was seen. */
export class ChainClock {
  #timestamp = 0;
  #seenAt = 0;
  block = 0n;

  async sync(reader: Reader): Promise<void> {
    const block = await getBlock(reader);
    if (block.number === this.block) return;
    this.block = block.number;
    this.#timestamp = Number(block.timestamp);
    this.#seenAt = performance.now();
  }

  get now(): number {
    return this.#timestamp + Math.floor((performance.now() - this.#seenAt) / 1000);
  }
}
