// Rounds of a beacon: their encoding for the contract, and relays that lie.
import { readFileSync } from "node:fs";
import type { Hex } from "viem";
import { afterEach, expect, it, vi } from "vitest";
import { fetchRound } from "../src/beacon/fetchRound.ts";
import { decompress } from "../src/beacon/point.ts";

interface Vector {
  readonly round: number;
  readonly compressed: Hex;
  readonly signature: Hex;
}
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL("../../tests/vectors/beacon.json", import.meta.url), "utf8"),
).quicknet.rounds;

afterEach(() => vi.unstubAllGlobals());

it.each(vectors)("decompresses the signature of drand's round $round", (vector) => {
  expect(decompress(vector.compressed)).toBe(vector.signature);
});

it("tells a point from its mirror image", () => {
  const [vector] = vectors as [Vector];
  const mirrored = decompress(`0x${(BigInt(vector.compressed) ^ (1n << 381n)).toString(16)}`);
  expect(mirrored.slice(0, 130)).toBe(vector.signature.slice(0, 130));
  expect(mirrored).not.toBe(vector.signature);
});

const x = (value: bigint): Hex => `0x${((1n << 383n) | value).toString(16).padStart(96, "0")}`;
it.each([
  ["an uncompressed one", `0x${"11".repeat(48)}`, "no compressed point"],
  ["infinity", `0xc0${"00".repeat(47)}`, "no compressed point"],
  ["too large a coordinate", `0x9f${"ff".repeat(47)}`, "no compressed point"],
  ["a longer one", `0x80${"00".repeat(48)}`, "no compressed point"],
  ["a coordinate off the curve", x(1n), "not on the curve"],
] as const)("refuses what is no point: %s", (_, point, words) => {
  expect(() => decompress(point)).toThrow(words);
});

const [known] = vectors as [Vector];
const plain = known.compressed.slice(2);
const prove = async (signature: Hex) => {
  if (signature !== known.signature) throw new Error("InvalidBeaconSignature");
};
const ask = (relays: readonly string[]) => fetchRound(relays, BigInt(known.round), prove);
const answers = (by: Record<string, string>) =>
  vi.stubGlobal("fetch", async (url: string) => new Response(by[new URL(url).host]));

it("asks the next relay when one is gone, lies, or answers about another round", async () => {
  const other = vectors[1] as Vector;
  answers({
    "no-json": "<html>",
    "another-round": JSON.stringify({ round: other.round, signature: plain }),
    lies: JSON.stringify({ round: known.round, signature: other.compressed.slice(2) }),
    floods: `{"round": ${" ".repeat(5000)}1}`,
    honest: JSON.stringify({ round: known.round, signature: plain, randomness: "ignored" }),
  });
  const relays = ["no-json", "another-round", "lies", "floods", "honest"];
  expect(await ask(relays.map((host) => `https://${host}/chain`))).toBe(known.signature);
});

it("says what each relay did when none has the round", async () => {
  answers({ one: "{}", two: JSON.stringify({ round: known.round, signature: "ab" }) });
  await expect(ask(["https://one/chain", "https://two/chain"])).rejects.toThrow(
    /No relay gave round 1000\. one: .*; two: .*signature/,
  );
});
