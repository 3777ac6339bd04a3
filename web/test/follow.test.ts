// A sent transaction is followed to its end, whatever node and wallet do meanwhile.
import { createClient, custom, type Hex, keccak256 } from "viem";
import { expect, it } from "vitest";
import { type Following, follow } from "../src/wallet/follow.ts";
import { Rests } from "../src/wallet/rests.ts";
import type { Sent } from "../src/wallet/sent.ts";

const FROM = `0x${"aa".repeat(20)}` as const;
const [HASH, OTHER, BLOCK] = [word("1"), word("2"), word("b")];
const sent: Sent = { hash: HASH, from: FROM, call: keccak256("0x1234"), nonce: null };

function word(digit: string): Hex {
  return `0x${digit.repeat(64)}`;
}

const waiting = (change: object = {}) => ({
  ...{ hash: HASH, from: FROM, to: FROM, nonce: "0x7", input: "0x1234", value: "0x0", gas: "0x1" },
  ...{ blockNumber: null, type: "0x2", ...change },
});
const receipt = (status: string) => ({
  status,
  transactionHash: HASH,
  logs: [],
  blockNumber: "0x1",
});
const block = (transactions: object[]) => ({ number: "0x5", parentHash: BLOCK, transactions });

type Answer = object | string | null | Error;

/** A node that gives its answers to a method one after the other, the last one for ever. */
function nodeOf(answers: Record<string, Answer[]>) {
  const request = async ({ method }: { method: string }) => {
    const [next, ...rest] = answers[method] ?? [];
    if (rest.length) answers[method] = rest;
    if (next === undefined || next instanceof Error) throw next ?? new Error(`no ${method}`);
    return next;
  };
  return createClient({ transport: custom({ request }, { retryCount: 0 }) });
}

function following(answers: Record<string, Answer[]>, change: Partial<Following> = {}) {
  const node = nodeOf(answers);
  const told = { waits: [] as string[], learnt: [] as Sent[] };
  const asked: Following = {
    // The page's own reader differs only in knowing its chain.
    reader: () => node as unknown as ReturnType<Following["reader"]>,
    rest: () => new Promise((resolve) => setTimeout(resolve, 1)),
    wait: (how) => told.waits.push(how),
    learn: (more) => told.learnt.push(more),
    stopped: () => told.waits.length > 50,
    ...change,
  };
  return { told, end: () => follow(sent, asked) };
}

it("waits on through a node that fails, and then says how it ended", async () => {
  const { told, end } = following({
    eth_getTransactionReceipt: [new Error("gone"), new Error("gone"), null, receipt("0x1")],
    eth_getTransactionByHash: [waiting()],
  });
  expect(await end()).toBe("done");
  expect(told.waits).toEqual(["unanswered", "unanswered", "pending"]);
  expect(told.learnt).toEqual([{ ...sent, nonce: 7 }]);
});

it("says that the chain refused", async () => {
  const { end } = following({ eth_getTransactionReceipt: [receipt("0x0")] });
  expect(await end()).toBe("refused");
});

it("follows a transaction that the wallet sent again with another fee", async () => {
  const { told, end } = following({
    eth_getTransactionReceipt: [null, null, null, receipt("0x1")],
    eth_getTransactionByHash: [waiting(), null],
    eth_getTransactionCount: ["0x8"],
    eth_getBlockByNumber: [block([waiting({ hash: OTHER })])],
  });
  expect(await end()).toBe("done");
  expect(told.learnt.at(-1)?.hash).toBe(OTHER);
});

it("knows a transaction that another one took the place of", async () => {
  const { end } = following({
    eth_getTransactionReceipt: [null],
    eth_getTransactionByHash: [waiting(), null],
    eth_getTransactionCount: ["0x8"],
    eth_getBlockByNumber: [block([waiting({ hash: OTHER, input: "0x" })])],
  });
  expect(await end()).toBe("cancelled");
});

it("takes nothing for an end while the nonce is free, however long it lasts", async () => {
  const { told, end } = following({
    eth_getTransactionReceipt: [null],
    eth_getTransactionByHash: [waiting(), null],
    eth_getTransactionCount: ["0x7"],
  });
  expect(await end()).toBeNull(); // stopped by the test after fifty looks
  expect(new Set(told.waits)).toEqual(new Set(["pending"]));
});

it("ends at once when somebody has to know, however long it would have rested", async () => {
  const rests = new Rests(3600);
  const rested = new Promise<void>((resolve) => {
    const { end } = following(
      {
        eth_getTransactionReceipt: [null, receipt("0x1")],
        eth_getTransactionByHash: [waiting()],
      },
      {
        rest: () => {
          resolve();
          return rests.rest();
        },
      },
    );
    void end().then((how) => {
      ended.push(how);
      rests.end();
    });
  });
  const ended: unknown[] = [];
  await rested;
  expect(ended).toEqual([]);
  await rests.look();
  expect(ended).toEqual(["done"]);
});

it("answers everybody who has to know, and nobody waits once it is over", async () => {
  const rests = new Rests(3600);
  const resting = rests.rest();
  const both = Promise.all([rests.look(), rests.look()]);
  await resting;
  void rests.rest(); // the look after the first rest is over
  await both;
  const last = rests.look();
  rests.end();
  await last;
  await rests.look();
});
