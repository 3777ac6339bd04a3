// What an account takes back: one transaction where the chain has Multicall3, else one for each.
import { createClient, custom, decodeFunctionData, multicall3Abi } from "viem";
import { expect, it } from "vitest";
import { type Call, requestOf } from "../src/chain/calls.ts";
import type { Reader } from "../src/chain/client.ts";
import { MULTICALL, together } from "../src/chain/together.ts";
import { parseConfig } from "../src/config.ts";

const CONTRACT = `0x${"22".repeat(20)}` as const;
const config = parseConfig(
  JSON.stringify({ chain_id: 1, contract: CONTRACT, rpc_url: null }),
  "https://play.example/",
);
const refund = (ticketId: bigint): Call => ({ functionName: "refund", args: [1n, ticketId] });
const calls = Array.from({ length: 120 }, (_, i) => refund(BigInt(i + 1)));

/** A chain with this code at Multicall3's address. */
const chain = (code: string): Reader => {
  const request = async ({ params }: { params?: readonly string[] }) =>
    params?.[0]?.toLowerCase() === MULTICALL.toLowerCase() ? code : "0x";
  // Of a reader only the requests are needed.
  return createClient({ transport: custom({ request }, { retryCount: 0 }) }) as unknown as Reader;
};

it("sends refunds together, each of which may fail by itself", async () => {
  const parts = await together(chain("0x6000"), config, calls);
  expect(parts).toHaveLength(3);
  const sent = parts.map((part) => requestOf(config, part));
  expect(new Set(sent.map(({ to, value }) => `${to} ${value}`))).toEqual(
    new Set([`${MULTICALL} 0`]),
  );
  const inside = sent.flatMap(({ data }) => {
    const { args, functionName } = decodeFunctionData({ abi: multicall3Abi, data });
    return functionName === "aggregate3" ? [...args[0]] : [];
  });
  expect(inside.map(({ callData }) => callData)).toEqual(
    calls.map((call) => requestOf(config, call).data),
  );
  expect(inside.every(({ target, allowFailure }) => target === CONTRACT && allowFailure)).toBe(
    true,
  );
});

it("sends them one after the other where nothing can bundle them, and one as it is", async () => {
  expect(await together(chain("0x"), config, calls)).toEqual(calls);
  expect(await together(chain("0x6000"), config, calls.slice(0, 1))).toEqual(calls.slice(0, 1));
});
