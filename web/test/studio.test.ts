// The studio's client, receipts and log, against what Python and the contract compute.
import { readFileSync } from "node:fs";
import { type Address, type Hex, hashTypedData, sha256, stringToHex } from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { afterEach, expect, it, vi } from "vitest";
import { parseJson } from "../src/border/parse.ts";
import type { Bytes } from "../src/content/bytes.ts";
import { cidOf, digestOf } from "../src/content/digest.ts";
import { overview } from "../src/studio/answers.ts";
import { NoAnswer, Refused, StudioClient } from "../src/studio/client.ts";
import { EventText } from "../src/studio/events.ts";
import { firstHash, linesOf, nextHash, readRecord, readStudioLog } from "../src/studio/log.ts";
import { hashLogHead, hashReceipt, isSignedBy, sessionRequest } from "../src/studio/signed.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}`, import.meta.url), "utf8"));
const vectors = read("protocol.json");
const studio = read("studio.json");
const domain = { chainId: vectors.chainId as number, contract: vectors.contract as Address };
const KEY = `0x${"11".repeat(32)}` as const;
const account = privateKeyToAccount(KEY);
const encode = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

/** Answers every request; gives what was asked. */
function answering(answer: (url: string, init: RequestInit) => Response) {
  const asked: [string, RequestInit][] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push([url, init]);
    return answer(url, init);
  });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

const json = (body: object, status = 200) => new Response(JSON.stringify(body), { status });
const client = new StudioClient("https://studio.example");
const prompt = {
  ...{ number: 1, index: 0, prompt: "a house", state: "done", reason: "" },
  ...{ image_digest: `0x${"ab".repeat(32)}`, studio_signature: "0x12" },
};
const told = { limit: 100, left: 99, ends_at: 1_800_000_000, ahead: null, prompts: [prompt] };

it("hashes receipts as the contract does", () => {
  const { digest, ...fields } = vectors.receipt;
  const ticket = {
    id: BigInt(vectors.id),
    ticketId: BigInt(fields.ticketId),
    player: fields.player,
  };
  const hash = hashReceipt(domain, ticket, fields.imageDigest, Number(fields.promptIndex));
  expect(hash).toBe(digest);
});

it("signs sessions and reads log heads as Python does", () => {
  const { id, ticketId, studio: address, deadline } = studio.session.message;
  const permit = { competition: BigInt(id), ticket: BigInt(ticketId), studio: address, deadline };
  const here = { chainId: studio.chain_id, contract: studio.contract };
  expect(hashTypedData(sessionRequest(here, permit))).toBe(studio.session.digest);
  const { length, head } = studio;
  expect(hashLogHead(here, BigInt(studio.competition), { length, head })).toBe(studio.head_digest);
});

it("follows the chain of a log as Python does, and finds every change in it", () => {
  const here = { chainId: studio.chain_id, contract: studio.contract };
  const lines: string[] = studio.records;
  const start = firstHash(here, BigInt(studio.competition));
  const headOf = (some: string[]) => some.map(encode).reduce(nextHash, start);
  expect(start).toBe(studio.first);
  expect(headOf(lines)).toBe(studio.head);
  expect(headOf(lines.slice(1))).not.toBe(studio.head);
  expect(headOf(lines.map((line) => line.replace('"index":0', '"index":2')))).not.toBe(studio.head);
  expect(linesOf(encode(`${lines.join("\n")}\n`)).map((line) => readRecord(line).prompt)).toEqual(
    studio.prompts,
  );
  const other = String(lines[0]).replace("a red house", "a blue house");
  expect(() => readRecord(encode(other))).toThrow("names other words than it hashes");
});

/** A gateway that serves these contents. */
function serving(contents: readonly Bytes[]) {
  const all = new Map(contents.map((content) => [cidOf(digestOf(content)), content]));
  answering((url) => {
    const content = all.get(/ipfs\/([a-z0-9]+)/.exec(url)?.[1] ?? "");
    return content ? new Response(content) : new Response(null, { status: 404 });
  });
}

async function published(changed: object = {}, key: Hex = KEY) {
  const here = { chainId: studio.chain_id, contract: studio.contract };
  const page = encode(`${studio.records.join("\n")}\n`);
  const { length, head } = studio;
  const hash = hashLogHead(here, BigInt(studio.competition), { length, head });
  const signature = (await sign({ hash, privateKey: key, to: "hex" })).slice(2);
  const index = encode(
    JSON.stringify({
      ...{ format: "judging-oracle studio log 1", chain_id: here.chainId, contract: here.contract },
      ...{ competition: String(studio.competition), length, head: head.slice(2), signature },
      ...{ pages: [digestOf(page).slice(2)], ...changed },
    }),
  );
  serving([page, index]);
  const of = { domain: here, id: BigInt(studio.competition), studio: account.address };
  return readStudioLog(["https://gateway.example"], digestOf(index), of, null);
}

it("believes a published log that the studio signed", async () => {
  expect((await published()).map(({ prompt }) => prompt)).toEqual(studio.prompts);
});

it.each([
  ["another competition's", { competition: "99" }, KEY, "the log of something else"],
  ["one that somebody else signed", {}, `0x${"22".repeat(32)}`, "has not signed this log"],
  ["one with a record less than was signed", { pages: [] }, KEY, "do not hash to what"],
] as const)("does not believe a log: %s", async (_, changed, key, words) => {
  await expect(published(changed, key)).rejects.toThrow(words);
});

it("takes a signature for the studio's only where the contract would", async () => {
  const hash = sha256("0x01");
  const signature = await sign({ hash, privateKey: KEY, to: "hex" });
  expect(await isSignedBy(null, account.address, hash, signature)).toBe(true);
  expect(await isSignedBy(null, account.address, sha256("0x02"), signature)).toBe(false);
  expect(await isSignedBy(null, domain.contract, hash, signature)).toBe(false);
  expect(await isSignedBy(null, account.address, hash, "0x1234")).toBe(false);
  // The other signature of the same key and hash, which the contract refuses.
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
  const v = signature.endsWith("1b") ? "1c" : "1b";
  const malleable: Hex = `0x${signature.slice(2, 66)}${s}${v}`;
  expect(await isSignedBy(null, account.address, hash, malleable)).toBe(false);
});

it("sends words once under their key, and the token with them", async () => {
  const asked = answering(() => json({ ...prompt, ahead: 2, seconds: 3.5, left: 99 }, 202));
  const answer = await client.ask("token", "key", "a house");
  expect(answer).toMatchObject({ ahead: 2, seconds: 3.5, prompt: { text: "a house", index: 0 } });
  const [[url, init]] = asked as [[string, RequestInit]];
  const headers = new Headers(init.headers);
  expect(url).toBe("https://studio.example/studio/prompts");
  expect(headers.get("Authorization")).toBe("Bearer token");
  expect(headers.get("Idempotency-Key")).toBe("key");
  expect(init.body).toBe('{"prompt":"a house"}');
});

it.each([
  [422, { what: "the prompt is empty", do: "describe it" }, "The prompt is empty. Describe it."],
  [503, { what: "the generator is down", do: "" }, "The generator is down."],
  [500, { detail: "<b>boom</b>" }, "The studio refuses (500)."],
])("says a refusal (%i) in the studio's own words", async (status, body, words) => {
  answering(() => json(body, status));
  const refused = await client.prompts("token").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refused);
  expect(refused).toMatchObject({ message: words, isForNow: status === 503 });
});

it("tells a session that is over, and a studio that does not answer, apart", async () => {
  answering(() => json({ what: "this session is unknown or over", do: "open one" }, 401));
  await expect(client.prompts("old")).rejects.toMatchObject({ isSessionOver: true });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(client.prompts("token")).rejects.toBeInstanceOf(NoAnswer);
});

it.each([
  ["", "is not JSON"],
  ["[]", "is not an object"],
  [JSON.stringify({ ...told, left: -1 }), "left"],
  [JSON.stringify({ ...told, prompts: [{ ...prompt, image_digest: "0xab" }] }), "image_digest"],
  [JSON.stringify({ ...told, prompts: [{ ...prompt, prompt: "x".repeat(5000) }] }), "prompt"],
])("takes no answer that is malformed: %#", (text, words) => {
  expect(() => parseJson(text, overview, "the answer")).toThrow(words);
});

it("waits for a state that it does not know", () => {
  const later = { ...told, prompts: [{ ...prompt, state: "upscaling" }] };
  expect(parseJson(JSON.stringify(later), overview, "it").prompts[0]?.state).toBe("running");
});

it("reads events however the stream is cut, and not without end", () => {
  const text = `event: prompts\ndata: {"a": 1}\n\n: still here\n\nevent: trouble\r\ndata: {}\r\n\r\n`;
  const events = new EventText(1000);
  const found = [...text].flatMap((letter) => events.add(letter));
  expect(found).toEqual([
    { kind: "prompts", data: '{"a": 1}' },
    { kind: "trouble", data: "{}" },
  ]);
  expect(() => new EventText(10).add("data: ".repeat(5))).toThrow("too much");
});

it("follows a ticket's news until the stream ends", async () => {
  const news = `event: prompts\ndata: ${JSON.stringify(told)}\n\n`;
  answering(() => new Response(news + news));
  const heard = vi.fn();
  await client.follow("token", new AbortController().signal, heard);
  expect(heard).toHaveBeenCalledTimes(2);
  expect(heard.mock.calls[0]?.[0]).toMatchObject({ left: 99, prompts: [{ text: "a house" }] });
});

it("hears how far an image is, and does without where nobody says", async () => {
  const running = { ...prompt, state: "running", progress: 0.4 };
  const body = { ...told, prompts: [running, { ...running, progress: null }, prompt] };
  answering(() => json(body));
  const { prompts } = await client.prompts("token");
  expect(prompts.map(({ progress }) => progress)).toEqual([0.4, null, null]);
});

it("gives up a stream whose studio has trouble, with its words", async () => {
  answering(() => new Response('event: trouble\ndata: {"what": "no chain", "do": "wait"}\n\n'));
  const following = client.follow("token", new AbortController().signal, () => undefined);
  await expect(following).rejects.toThrow("No chain. Wait.");
});

it("knows a published word by its hash", () => {
  expect(sha256(stringToHex(studio.prompts[0]))).toBe(
    `0x${JSON.parse(studio.records[0]).prompt_sha256}`,
  );
});
