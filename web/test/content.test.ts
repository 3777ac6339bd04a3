import { readFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { afterEach, expect, it, vi } from "vitest";
import { barePng } from "../src/content/barePng.ts";
import { cidOf, digestAside, digestOf } from "../src/content/digest.ts";
import { ContentMissing, fetchContent } from "../src/content/fetchContent.ts";
import { fetchPreview } from "../src/content/fetchPreview.ts";
import { keepImage, loadImage } from "../src/content/imageShelf.ts";
import { BadStream, inflate } from "../src/content/inflate.ts";
import { adler32, chunk, encodePng, SIDE } from "../src/content/png.ts";
import { prepareThere } from "../src/content/prepareThere.ts";
import { reasons } from "../src/ranking/flags.ts";

const text = (words: string) => new TextEncoder().encode(words);
afterEach(() => vi.unstubAllGlobals());

interface Verdict {
  readonly file: string;
  readonly strict: string | null;
  readonly keeps: boolean;
  readonly refuses: boolean;
}
const verdicts: Record<string, Verdict> = JSON.parse(
  readFileSync(new URL("../../tests/vectors/png-verdicts.json", import.meta.url), "utf8"),
);

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

it("knows content by its digest also where the browser has none of its own, over plain HTTP", async () => {
  const known = digestOf(text("truth"));
  expect(await digestAside(text("truth"))).toBe(known);
  vi.stubGlobal("crypto", {});
  expect(await digestAside(text("truth"))).toBe(known);
});

it("takes no content for no picture, also where a browser gives it an empty body", async () => {
  const body = new ReadableStream({ start: (stream) => stream.close() });
  vi.stubGlobal("fetch", async () => ({ ok: true, status: 204, headers: new Headers(), body }));
  const digest = digestOf(text("truth"));
  await expect(fetchPreview("http://good/", digest, 128)).rejects.toThrow("status 204");
});

it("asks gateways without headers, for which a browser would ask them for leave first", async () => {
  const asked: RequestInit[] = [];
  vi.stubGlobal("fetch", async (_: string, options: RequestInit) => {
    asked.push(options);
    return new Response("truth");
  });
  await fetchContent(["http://good"], digestOf(text("truth")));
  expect(asked.map(({ headers, method }) => [headers, method])).toEqual([[undefined, undefined]]);
});

it("does without a browser's database that is not there, or is lost", async () => {
  vi.spyOn(console, "debug").mockReturnValue();
  const lost = () => {
    throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
  };
  for (const database of [undefined, { open: lost }]) {
    vi.stubGlobal("indexedDB", database);
    expect(await loadImage("of another visit")).toBeNull();
    await keepImage("draft", text("image"));
    expect(await loadImage("draft")).toEqual(text("image"));
  }
});

it("keeps an image while the page is open where the browser's database has no room", async () => {
  vi.spyOn(console, "debug").mockReturnValue();
  // As Chromium does it: the request succeeds, and then its transaction is aborted, without an error.
  const transaction = { objectStore: () => ({ put: () => ({}) }), error: new Error("quota") };
  const transact = () => {
    queueMicrotask(() => (transaction as unknown as IDBTransaction).onabort?.(new Event("abort")));
    return transaction;
  };
  const request = { result: { transaction: transact, close: () => undefined } };
  const open = () => {
    queueMicrotask(() => (request as unknown as IDBRequest).onsuccess?.(new Event("success")));
    return request;
  };
  vi.stubGlobal("indexedDB", { open });
  await keepImage("large", text("image"));
  expect(await loadImage("large")).toEqual(text("image"));
});

it("takes what an oracle prepares, and nothing else that it may serve", async () => {
  const made = await encodePng(new Uint8Array(SIDE * SIDE * 3).fill(9));
  const answers = (cid: string, bytes: Uint8Array) => async (url: string) =>
    url.endsWith("/images?only=pixels")
      ? Response.json({ cid })
      : new Response(url.includes(cid) ? bytes.slice() : null);
  vi.stubGlobal("fetch", answers(cidOf(digestOf(made)), made));
  expect(await prepareThere(["http://oracle"], new Blob())).toEqual(made);
  vi.stubGlobal("fetch", answers(cidOf(digestOf(made)), text("other")));
  await expect(prepareThere(["http://oracle"], new Blob())).rejects.toThrow("no submission");
  vi.stubGlobal("fetch", answers(cidOf(digestOf(text("notes"))), text("notes")));
  await expect(prepareThere(["http://oracle"], new Blob())).rejects.toThrow("no submission");
  await expect(prepareThere([], new Blob())).rejects.toThrow("No oracle is configured");
});

it("refuses a picture that would unpack to more than anybody needs", async () => {
  const png = await encodePng(new Uint8Array(SIDE * SIDE * 3));
  const header = png.slice(16, 29);
  new DataView(header.buffer).setUint32(0, 60_000);
  new DataView(header.buffer).setUint32(4, 60_000);
  const bomb = Uint8Array.from([
    ...png.subarray(0, 8),
    ...chunk("IHDR", header),
    ...png.subarray(33),
  ]);
  expect(() => barePng(bomb)).toThrow("more than 64 million pixels");
});

it("writes a PNG of three chunks whose pixels are those it was given", async () => {
  const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 7) % 251);
  const png = await encodePng(rgb);
  expect(barePng(png)?.isSubmission).toBe(true);
  const length = new DataView(png.buffer).getUint32(33);
  const rows = inflateSync(png.subarray(41, 41 + length));
  expect([...rows.subarray(1, 5)]).toEqual([...rgb.subarray(0, 4)]);
  const second = 1 + SIDE * 3;
  expect(((rows[second + 1] ?? 0) + (rows[1] ?? 0)) & 255).toBe(rgb[SIDE * 3]);
});

it("says of every file what the strict reader says of it, and keeps no other", () => {
  const cases = Object.entries(verdicts);
  expect(cases.length).toBeGreaterThan(20);
  for (const [name, { file, strict, keeps, refuses }] of cases) {
    const bytes = new Uint8Array(Buffer.from(file, "base64"));
    const bare = () => barePng(bytes);
    if (refuses) expect(bare, name).toThrow(`it ${strict?.replace(/ \(.*/, "")}`);
    else expect(bare()?.isSubmission, name).toBe(keeps);
  }
});

it("takes what is no PNG file for none", () => {
  expect(barePng(text("notes"))).toBeNull();
  expect(barePng(new Uint8Array())).toBeNull();
});

it("inflates what any compressor writes, and finds its end with bytes behind it", () => {
  for (const level of [0, 1, 9])
    for (const strategy of [0, 2, 3, 4])
      for (const size of [0, 1, 70_000]) {
        const raw = Uint8Array.from({ length: size }, (_, i) => ((i * i) >> 5) & 63);
        const packed = deflateSync(raw, { level, strategy });
        const found = inflate(Uint8Array.from([...packed, 1, 2, 3]), size);
        expect(found.end).toBe(packed.length - 4);
        expect(Buffer.compare(found.data, raw)).toBe(0);
        if (size) expect(inflate(new Uint8Array(packed), size - 1).data.length).toBe(size);
      }
});

it("lets go of a stream that is cut or wrong, wherever that is", () => {
  const packed = deflateSync(Uint8Array.from({ length: 3000 }, (_, i) => (i * 31) & 255));
  let whole = 0;
  for (let at = 0; at < packed.length - 4; at++) {
    const wrong = new Uint8Array(packed);
    wrong[at] = (wrong[at] ?? 0) ^ 4;
    for (const bytes of [new Uint8Array(packed.subarray(0, at)), wrong])
      try {
        const found = inflate(bytes, 3000);
        if (found.end && adler32(found.data) === adler32(inflateSync(packed))) whole++;
      } catch (error) {
        expect(error).toBeInstanceOf(BadStream);
      }
  }
  expect(whole).toBeLessThanOrEqual(1); // the header has a bit that changes nothing
});

it("knows every reason for a disqualification by the words of the judge", () => {
  const source = readFileSync(
    new URL("../../scoring/submission/flags.py", import.meta.url),
    "utf8",
  );
  const bits = [...source.matchAll(/ {4}(\w+) = 1 << (\d+)/g)]
    .slice(1)
    .filter(([, , bit]) => Number(bit) < 16); // above are remarks, which disqualify nobody
  expect(bits.length).toBeGreaterThan(9);
  for (const [, name, bit] of bits) {
    const words = source.match(new RegExp(`Flag\\.${name}: "(.*)"`))?.[1];
    expect(reasons(1 | (1 << Number(bit)))).toEqual([words]);
  }
});
