import { readFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { afterEach, expect, it, vi } from "vitest";
import { requireSound } from "../src/content/damage.ts";
import { cidOf, digestOf } from "../src/content/digest.ts";
import { ContentMissing, fetchContent } from "../src/content/fetchContent.ts";
import { crc32, encodePng, SIDE } from "../src/content/png.ts";
import { isSubmission } from "../src/content/prepareImage.ts";
import { reasons } from "../src/ranking/flags.ts";

const text = (words: string) => new TextEncoder().encode(words);
afterEach(() => vi.unstubAllGlobals());

it("names content as IPFS does", () => {
  expect(cidOf(digestOf(text("hello")))).toBe(
    "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq",
  );
});

it("takes no bytes but those asked for, and goes on to the next gateway", async () => {
  vi.stubGlobal(
    "fetch",
    async (url: string) => new Response(url.includes("bad") ? "lie" : "truth"),
  );
  const digest = digestOf(text("truth"));
  await expect(fetchContent(["http://bad"], digest)).rejects.toThrow(ContentMissing);
  await expect(fetchContent(["http://bad"], digest)).rejects.toThrow("bad served other bytes");
  expect(await fetchContent(["http://bad", "http://good"], digest)).toEqual(text("truth"));
});

it("writes a PNG of three chunks whose pixels are the canvas's", async () => {
  const rgba = Uint8ClampedArray.from({ length: SIDE * SIDE * 4 }, (_, i) => (i * 7) % 251);
  const png = await encodePng(rgba);
  expect(isSubmission(png)).toBe(true);
  expect(isSubmission(Uint8Array.from([...png, 0]))).toBe(false);
  const length = new DataView(png.buffer).getUint32(33);
  const rows = inflateSync(png.subarray(41, 41 + length));
  expect([rows[1], rows[2], rows[3], rows[4]]).toEqual([rgba[0], rgba[1], rgba[2], rgba[4]]);
  const second = 1 + SIDE * 3;
  expect(((rows[second + 1] ?? 0) + (rows[1] ?? 0)) & 255).toBe(rgba[SIDE * 4]);
});

it("refuses a damaged picture before anything is signed", async () => {
  const png = await encodePng(new Uint8ClampedArray(SIDE * SIDE * 4).fill(7));
  await requireSound(png);
  const turned = png.slice();
  turned[60] = (turned[60] ?? 0) ^ 1;
  expect(isSubmission(turned)).toBe(true);
  await expect(requireSound(turned)).rejects.toThrow("This PNG file is damaged");
  // A right checksum over pixels that are too few.
  const idat = new DataView(png.buffer).getUint32(33);
  const cut = deflateSync(new Uint8Array(100));
  const body = Uint8Array.from([...text("IDAT"), ...cut]);
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, cut.length);
  head.setUint32(4, crc32(body));
  const [size, crc] = [new Uint8Array(head.buffer, 0, 4), new Uint8Array(head.buffer, 4, 4)];
  const few = Uint8Array.from([
    ...png.subarray(0, 33),
    ...size,
    ...body,
    ...crc,
    ...png.subarray(33 + 12 + idat),
  ]);
  expect(isSubmission(few)).toBe(true);
  await expect(requireSound(few)).rejects.toThrow("This PNG file is damaged");
});

it("knows every reason for a disqualification by the words of the judge", () => {
  const source = readFileSync(
    new URL("../../scoring/submission/flags.py", import.meta.url),
    "utf8",
  );
  const bits = [...source.matchAll(/ {4}(\w+) = 1 << (\d+)/g)].slice(1);
  expect(bits.length).toBeGreaterThan(9);
  for (const [, name, bit] of bits) {
    const words = source.match(new RegExp(`Flag\\.${name}: "(.*)"`))?.[1];
    expect(reasons(1 | (1 << Number(bit)))).toEqual([words]);
  }
});
