// What the page hands to players and takes back: recovery files, calendar entries, words for results.
import { readFileSync } from "node:fs";
import { type Address, BaseError, keccak256 } from "viem";
import { expect, it } from "vitest";
import { plainReason } from "../src/chain/errors.ts";
import { parseConfig } from "../src/config.ts";
import { digestOf } from "../src/content/digest.ts";
import { copyWords, remarkWords } from "../src/ranking/copies.ts";
import { looksLike, nearer, readable, termsOf } from "../src/ranking/score.ts";
import { readRecovery, writeRecovery } from "../src/secret/recovery.ts";
import { secretOf } from "../src/secret/secret.ts";
import { calendar } from "../src/views/files.ts";
import { aboutEth, lasting, plural } from "../src/views/format.ts";
import { spreadOf } from "../src/views/ranking/plot.ts";
import { timesOf } from "../src/views/schedule.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../../tests/vectors/protocol.json", import.meta.url), "utf8"),
);
const domain = { chainId: vectors.chainId as number, contract: vectors.contract as Address };
const ticket = { id: 7n, ticketId: 3n, player: vectors.entries[2].player as Address };
const bare = { imageReceipt: null, studioReceipt: null, image: null };
const secret = secretOf(domain, ticket, keccak256("0x01"), vectors.entries[2].imageDigest);

it("takes back the recovery file that it wrote", () => {
  const text = writeRecovery(domain, ticket, secret, { ...bare, imageReceipt: { cid: "bafk" } });
  expect(readRecovery(domain, text)).toEqual({ ticket, secret, studioReceipt: null, image: null });
  const image = Uint8Array.from({ length: 70_000 }, (_, i) => i);
  const own = secretOf(domain, ticket, keccak256("0x01"), digestOf(image));
  const studioReceipt = { promptIndex: 11, signature: "0xabcd" } as const;
  const whole = writeRecovery(domain, ticket, own, { ...bare, studioReceipt, image });
  expect(readRecovery(domain, whole)).toEqual({ ticket, secret: own, studioReceipt, image });
  const other = writeRecovery(domain, ticket, secret, { ...bare, image });
  expect(() => readRecovery(domain, other)).toThrow("is damaged");
});

it.each([
  ["another contract's", { contract: `0x${"11".repeat(20)}` }, "belongs to another contract"],
  ["another chain's", { chain_id: 1 }, "belongs to another contract"],
  ["one with a changed salt", { salt: `0x${"22".repeat(32)}` }, "is damaged"],
  ["one with a short digest", { image_digest: "0x12" }, "is damaged"],
  ["one for another ticket", { ticket: "4" }, "is damaged"],
])("refuses a recovery file: %s", (_, change, words) => {
  const facts = { ...JSON.parse(writeRecovery(domain, ticket, secret, bare)), ...change };
  expect(() => readRecovery(domain, JSON.stringify(facts))).toThrow(words);
});

it.each(["", "[]", "{}", "null", "not JSON"])("refuses what is no recovery file: %s", (text) => {
  expect(() => readRecovery(domain, text)).toThrow("not a recovery file");
});

it("writes calendar entries that calendars read", () => {
  const page = `https://example.org/${"long/".repeat(30)}#/c/7`;
  const terms = { saleEnds: 1_799_996_000, openSeconds: 3600, revealSeconds: 1800 };
  const times = timesOf({ terms, openEnds: 1_800_000_000, revealEnds: 1_800_001_800 });
  const text = calendar(7n, times, page);
  expect(text).toContain("DTSTART:20270115T070000Z\r\nDTEND:20270115T080000Z\r\n");
  expect(text).toContain("DTSTART:20270115T080000Z\r\nDTEND:20270115T083000Z\r\n");
  // From the purchase on: the earliest times, under the same names.
  const bought = timesOf({ terms, openEnds: 0, revealEnds: 0 });
  expect(bought).toMatchObject({ opens: 1_799_996_000, closes: 1_799_999_600, exact: false });
  const uids = (file: string) => file.match(/UID:.*/g);
  expect(uids(calendar(7n, bought, page))).toEqual(uids(text));
  for (const line of text.split("\r\n")) expect(line.length).toBeLessThanOrEqual(75);
  expect(text.replaceAll("\r\n ", "")).toContain(`URL:${page}\r\n`);
  // The standard counts bytes, of which other alphabets need several for a letter.
  const wide = calendar(7n, times, `https://example.org/${"画像".repeat(60)}`);
  for (const line of wide.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
});

it("says in words of what something is a copy, and what it looks like", () => {
  const evidence = {
    kind: "correlation",
    ...{ correlation: -931_000, mirrored: true, framed: false, crop: 448, moved: true },
  } as const;
  expect(copyWords({ ofTicket: null, evidence: null })).toBe("Its pixels are those of the target.");
  const grain = { same: 912, telling: 983, mirrored: true };
  expect(copyWords({ ofTicket: 4, evidence: grain })).toBe(
    "912 of the 983 spots of the image of ticket 4 that can be told apart are in it, pixel by pixel, mirrored.",
  );
  expect(
    remarkWords({
      ofTicket: null,
      evidence: { kind: "recognition", found: 87, visible: 149, mirrored: true },
    }),
  ).toBe("87 of the 149 features of the target that it could show are in it, mirrored.");
  expect(remarkWords({ ofTicket: 4, evidence })).toBe(
    "Its shapes are 93.1 % those of the image of ticket 4, mirrored, as a negative, cut to 448 of 512 pixels and moved.",
  );
});

it("shows scores in the unit of their judge, and terms without raw distances", () => {
  expect(readable("calibrated", -12_345n)).toBe("−0.012");
  expect(readable("calibrated", -1n)).toBe("0.000");
  expect(readable("autoencoder-mse", 47_902_451n)).toBe("0.0479");
  expect(readable("a later judge", 123n)).toBe("123");
  const terms = new Map([
    ["target_features", 500_000n],
    ["target_features_distance", 99n],
  ]);
  expect(termsOf("calibrated", terms)).toEqual([
    {
      name: "Likeness",
      words: "to a network that has seen only this target",
      value: "0.500",
      share: 1,
    },
  ]);
});

it("says what a picture with a score looks like, by the nearest that has words", () => {
  const words = (score: bigint) => looksLike("calibrated", score);
  expect(words(-40_000n)).toMatch("You take it for the target");
  expect(words(430_000n)).toMatch("You know what it wants to be");
  expect(words(1_900_000n)).toMatch("Another picture");
  expect(looksLike("constructor", 1n)).toBe("");
  expect(nearer("calibrated", -1n)).toMatch("Nearer to the target");
  expect([nearer("calibrated", 0n), nearer("constructor", -1n)]).toEqual(["", ""]);
});

it("says numbers and durations as people do", () => {
  expect([plural(1, "entry"), plural(10_000, "entry")]).toEqual(["1 entry", "10,000 entries"]);
  expect([lasting(3 * 86_400), lasting(3600), lasting(90)]).toEqual([
    "3 days",
    "1 hour",
    "90 seconds",
  ]);
  expect([aboutEth(1n), aboutEth(0n), aboutEth(123_456n * 10n ** 14n)]).toEqual([
    "less than 0.0001 ETH",
    "0 ETH",
    "12.35 ETH",
  ]);
});

it("counts every score once in the histogram, also equal and far ones", () => {
  for (const scores of [[1], [3, 3, 3], [1, 2, 1e9], Array.from({ length: 5000 }, (_, i) => i * i)])
    expect(spreadOf(scores).counts.reduce((a, b) => a + b)).toBe(scores.length);
});

it("understands a daemon's configuration, and makes a link of nothing but an address", () => {
  const raw = { api_version: 1, chain_id: 5, contract: domain.contract, rpc_url: null };
  const config = parseConfig(
    JSON.stringify({ ...raw, max_upload_bytes: null, explorer: "javascript:alert(1)" }),
    "https://play.example/page/",
  );
  expect(config).toMatchObject({ rpcUrl: null, explorer: "", stores: [] });
  expect(config.api).toBe("https://play.example/page");
  const withoutOracle = parseConfig(
    JSON.stringify({ ...raw, api_version: undefined, api: "" }),
    "https://play.example/",
  );
  expect([withoutOracle.api, withoutOracle.stores]).toEqual([null, []]);
  const gateways = [
    "https://one.example/ipfs",
    "https://two.example/ipfs/",
    "https://three.example",
  ];
  expect(
    parseConfig(
      JSON.stringify({ ...raw, api_version: undefined, gateways }),
      "https://play.example/",
    ).gateways,
  ).toEqual(["https://one.example", "https://two.example", "https://three.example"]);
  const several = JSON.stringify({ ...raw, stores: ["https://other.example/"] });
  expect(parseConfig(several, "https://play.example/page/").stores).toEqual([
    "https://play.example/page",
    "https://other.example",
  ]);
  expect(() =>
    parseConfig(JSON.stringify({ ...raw, chain_id: "5" }), "https://play.example/"),
  ).toThrow("chain_id");
});

it("treats a refusal in the wallet as no error, however deep it lies", () => {
  const refusal = Object.assign(new Error("no"), { code: 4001 });
  expect(plainReason(new BaseError("failed", { cause: refusal }))).toBeNull();
  const poor = new BaseError("failed", { details: "insufficient funds for gas * price + value" });
  expect(plainReason(poor)).toContain("does not have enough ETH");
  const library = new BaseError("RPC Request failed.", { details: "0xdeadbeef" });
  expect(plainReason(library)).not.toMatch(/RPC|0x|viem/);
});
