// Deadlines run by the chain's time, whatever the player's computer thinks.
import { expect, it, vi } from "vitest";
import { ChainClock, type Reader } from "../src/chain/client.ts";

const BLOCK_TIME = 1_700_000_000;

it("counts by the chain's time on a computer whose clock is years off", async () => {
  vi.useFakeTimers({ now: 0, toFake: ["Date"] });
  const block = {
    number: "0x7",
    hash: `0x${"11".repeat(32)}`,
    timestamp: `0x${BLOCK_TIME.toString(16)}`,
  };
  const reader = { request: async () => ({ ...block, transactions: [] }), chain: undefined };
  const clock = new ChainClock();
  expect(await clock.sync(reader as unknown as Reader)).toBe(true);
  for (const wrong of [0, 4e12]) {
    vi.setSystemTime(wrong);
    expect(Math.abs(clock.now - BLOCK_TIME)).toBeLessThan(60);
  }
  vi.useRealTimers();
});
