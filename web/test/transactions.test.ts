// Several transactions of one button, while other tabs and buttons do something too.
import { zeroAddress } from "viem";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connect } from "../src/chain/client.ts";
import { parseConfig } from "../src/config.ts";
import { Transactions } from "../src/wallet/transactions.ts";
import type { Connected } from "../src/wallet/wallets.ts";

const config = parseConfig(
  JSON.stringify({ chain_id: 1, contract: `0x${"22".repeat(20)}`, rpc_url: "https://n.example" }),
  "https://p.example/",
);
const hash = (n: number) => `0x${String(n).padStart(64, "0")}` as const;
const receipt = {
  ...{ status: "0x1", type: "0x2", logs: [], logsBloom: "0x", contractAddress: null },
  ...{ from: zeroAddress, to: zeroAddress, transactionIndex: "0x0" },
  ...{ blockNumber: "0x1", blockHash: hash(9) },
  ...{ gasUsed: "0x1", cumulativeGasUsed: "0x1", effectiveGasPrice: "0x1" },
};
const call = { functionName: "buyTicket", args: [1n], value: 1n } as const;

let asked: number;
let confirmSecond: () => void;
let isMined: boolean;
let wallet: Connected;
let transactions: Transactions;

/** A wallet that takes its time with the second transaction, and its node. */
async function answer({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
  switch (method) {
    case "eth_chainId":
      return "0x1";
    case "eth_call":
      return "0x";
    case "eth_getTransactionByHash":
      return null;
    case "eth_getTransactionReceipt":
      return isMined ? { ...receipt, transactionHash: (params as string[])[0] } : null;
    case "eth_sendTransaction":
      asked++;
      if (asked === 1) return hash(1);
      return new Promise((resolve) => {
        confirmSecond = () => resolve(hash(2));
      });
    default:
      throw new Error(method);
  }
}

beforeEach(() => {
  asked = 0;
  isMined = false;
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.spyOn(console, "debug").mockReturnValue();
  const provider = { request: answer } as never;
  const reader = connect(config, provider);
  wallet = { choice: { provider }, account: zeroAddress, chainId: 1 } as never;
  transactions = new Transactions(
    config,
    () => reader,
    () => undefined,
  );
});

afterEach(() => vi.unstubAllGlobals());

it("is busy until the last is signed, whatever another tab keeps", async () => {
  isMined = true;
  const run = transactions.send("buy:1", wallet, call, call);
  await vi.waitFor(() => expect(asked).toBe(2));
  transactions.resume(); // as on any event of the browser's storage
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(transactions.of("buy:1")?.state).toBe("confirming");
  confirmSecond();
  expect(await run).toBe(true);
  expect(transactions.of("buy:1")).toMatchObject({ state: "done", hashes: [hash(1), hash(2)] });
});

it("says of two that went through that they did, after a look at what was sent before", async () => {
  const run = transactions.send("buy:1", wallet, call, call);
  await vi.waitFor(() => expect(asked).toBe(2));
  transactions.resume();
  confirmSecond();
  await vi.waitFor(() => expect(transactions.of("buy:1")?.state).toBe("pending"));
  isMined = true;
  await transactions.look();
  expect(await run).toBe(true);
  expect(transactions.of("buy:1")?.state).toBe("done");
});

it("ends at once when the player stops waiting, and takes nothing up again", async () => {
  const run = transactions.send("buy:1", wallet, call);
  await vi.waitFor(() => expect(transactions.of("buy:1")?.state).toBe("pending"));
  await transactions.look();
  transactions.stopWaiting("buy:1");
  transactions.resume();
  expect(await run).toBe(false);
  expect(transactions.of("buy:1")?.reason).toContain("You stopped waiting");
  transactions.resume();
  expect(transactions.isBusy("buy:1")).toBe(false);
});
