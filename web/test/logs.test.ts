// Logs from nodes as they are: each allows another number of blocks, and says so in words of its own.
import { HttpRequestError, type LogTopic, RpcRequestError, zeroAddress } from "viem";
import { expect, it } from "vitest";
import type { Reader } from "../src/chain/client.ts";
import { readLogs } from "../src/chain/readLogs.ts";
import { parseConfig } from "../src/config.ts";

const config = parseConfig(
  JSON.stringify({ chain_id: 1, contract: zeroAddress, start_block: 100 }),
  "https://play.example/",
);
const NEWEST = 1300;
const body = { method: "eth_getLogs" };
const rpcError = (code: number, message: string) =>
  new RpcRequestError({ body, url: "https://node.example", error: { code, message } });

/** A node with one log in every seventh block, which refuses more than `most` blocks at once. */
function nodeWith(most: number, refusal: () => Error) {
  const asked: number[] = [];
  const request = async ({
    method,
    params,
  }: {
    method: string;
    params: { [name: string]: string }[];
  }) => {
    if (method === "eth_blockNumber") return `0x${NEWEST.toString(16)}`;
    const { fromBlock = "", toBlock = "" } = params[0] ?? {};
    const [from, to] = [Number(fromBlock), toBlock === "latest" ? NEWEST : Number(toBlock)];
    asked.push(to - from + 1);
    if (to - from + 1 > most) throw refusal();
    const blocks = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    return blocks
      .filter((block) => block % 7 === 0)
      .map((block) => ({ blockNumber: `0x${block.toString(16)}`, topics: [], data: "0x" }));
  };
  return { reader: { request } as unknown as Reader, asked };
}

const everything = Array.from({ length: NEWEST + 1 }, (_, block) => block).filter(
  (block) => block >= 100 && block % 7 === 0,
);
const topics: LogTopic[] = [];

it.each([
  [1, () => rpcError(-32602, "no")],
  [10, () => rpcError(-32600, "Under the Free tier plan, up to a 10 block range")],
  [30, () => rpcError(-32000, "eth_getLogs is restricted")],
  [100, () => new HttpRequestError({ body, url: "https://node.example", status: 400 })],
  [500, () => rpcError(-32005, "query returned more than 10000 results")],
  [5000, () => rpcError(-32603, "never said")],
])(
  "reads everything from a node that allows %d blocks, and soon knows how many",
  async (most, no) => {
    const { reader, asked } = nodeWith(most, no);
    const blocks = async () =>
      (await readLogs(reader, config, topics)).map(({ blockNumber }) => Number(blockNumber));
    expect(await blocks()).toEqual(everything);
    expect(asked.length).toBeLessThan((NEWEST - 100) / most + 30);
    const first = asked.length;
    expect(await blocks()).toEqual(everything);
    expect(asked.length - first).toBeLessThan((NEWEST - 100) / most + 10);
  },
);

it.each([
  ["that is gone", () => new HttpRequestError({ body, url: "https://node.example" })],
  [
    "that is asked too often",
    () => new HttpRequestError({ body, url: "https://node.example", status: 429 }),
  ],
  ["that has no logs", () => rpcError(-32601, "the method eth_getLogs does not exist")],
])("does not ask a node %s again and again", async (_, no) => {
  const { reader, asked } = nodeWith(0, no);
  await expect(readLogs(reader, config, topics)).rejects.toThrow();
  expect(asked.length).toBe(1);
});

it("gives up on a node that refuses a single block", async () => {
  const { reader, asked } = nodeWith(0, () => rpcError(-32000, "range"));
  await expect(readLogs(reader, config, topics)).rejects.toThrow("range");
  expect(asked.length).toBeLessThan(20);
});
