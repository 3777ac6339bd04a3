// What an ether costs: only a price that is right and fresh is one.
import { expect, it } from "vitest";
import { priceIn } from "../src/chain/readPrice.ts";
import { parseConfig } from "../src/config.ts";

const NOW = 1_790_000_000;
const round = (change: object) => ({
  ...{ answer: 312_045_000_000n, updatedAt: BigInt(NOW - 600), decimals: 8 },
  ...change,
});

it("reads a feed's answer in its decimals", () => {
  expect(priceIn(round({}), NOW)).toBe(3120.45);
  expect(priceIn(round({ answer: 3120n * 10n ** 18n, decimals: 18 }), NOW)).toBe(3120);
});

it.each([
  ["nothing", { answer: 0n }],
  ["less than nothing", { answer: -312_045_000_000n }],
  ["something else", { answer: 10n ** 30n }],
  ["a price of the day before yesterday", { updatedAt: BigInt(NOW - 27 * 3600) }],
  ["a round that was never answered", { updatedAt: 0n }],
  ["a price of tomorrow", { updatedAt: BigInt(NOW + 3600) }],
  ["a price in decimals that no feed has", { decimals: 255 }],
])("does not believe %s", (_, change) => {
  expect(priceIn(round(change), NOW)).toBeNull();
});

it("asks for a price only where the page's configuration names a feed", () => {
  const config = (change: object) =>
    parseConfig(
      JSON.stringify({ chain_id: 1, contract: `0x${"11".repeat(20)}`, ...change }),
      "https://page.example/",
    ).price;
  const feed = `0x${"22".repeat(20)}`;
  expect(config({})).toBeNull();
  expect(config({ price_feed: null, price_currency: "USD" })).toBeNull();
  expect(config({ price_feed: feed, price_currency: "EUR" })).toEqual({ feed, currency: "EUR" });
  expect(config({ price_feed: feed, price_currency: "<b>" })?.currency).toBe("USD");
});
