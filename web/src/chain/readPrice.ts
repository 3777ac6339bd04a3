// What an ether costs, by a feed on the chain itself that speaks Chainlink's AggregatorV3Interface.
import type { Address } from "viem";
import { getGasPrice, readContract } from "viem/actions";
import type { Reader } from "./client.ts";

const abi = [
  {
    type: "function",
    name: "latestRoundData",
    stateMutability: "view",
    inputs: [],
    outputs: [
      { name: "roundId", type: "uint80" },
      { name: "answer", type: "int256" },
      { name: "startedAt", type: "uint256" },
      { name: "updatedAt", type: "uint256" },
      { name: "answeredInRound", type: "uint80" },
    ],
  },
  {
    type: "function",
    name: "decimals",
    stateMutability: "view",
    inputs: [],
    outputs: [{ name: "", type: "uint8" }],
  },
] as const;

/** The slowest feeds tell a price once a day, when it has hardly moved. */
const OLDEST_SECONDS = 26 * 3600;
/** How far a feed's clock may be ahead of the page's reading of the chain's. */
const AHEAD_SECONDS = 900;
const MOST_DECIMALS = 18;
/** In any currency that people pay with; beside these a feed tells of something else. */
const [LOWEST, HIGHEST] = [1, 1e9];

export interface Round {
  readonly answer: bigint;
  readonly updatedAt: bigint;
  readonly decimals: number;
}

/** What an ether costs; null where a round is wrong or stale. `now` is the chain's. */
export function priceIn({ answer, updatedAt, decimals }: Round, now: number): number | null {
  const age = now - Number(updatedAt);
  if (age > OLDEST_SECONDS || age < -AHEAD_SECONDS || decimals > MOST_DECIMALS) return null;
  const price = Number(answer) / 10 ** decimals;
  return price >= LOWEST && price <= HIGHEST ? price : null;
}

export async function readRound(reader: Reader, address: Address): Promise<Round> {
  const [[, answer, , updatedAt], decimals] = await Promise.all([
    readContract(reader, { abi, address, functionName: "latestRoundData" }),
    readContract(reader, { abi, address, functionName: "decimals" }),
  ]);
  return { answer, updatedAt, decimals };
}

export const readGasPrice = (reader: Reader): Promise<bigint> => getGasPrice(reader);
