// A desk at a studio shows what is newest, in whatever order answers and news arrive.
import type { Hex } from "viem";
import { beforeEach, expect, it, vi } from "vitest";
import type { Overview, Prompt, PromptState } from "../src/studio/answers.ts";
import type { StudioClient } from "../src/studio/client.ts";
import { Desk } from "../src/studio/desk.ts";
import { keepToken, type Place } from "../src/studio/keep.ts";

const place = {
  chainId: 31337,
  contract: "0x0000000000000000000000000000000000000001",
  competition: 1n,
  ticket: 1n,
} as unknown as Place;

const prompt = (state: PromptState): Prompt => ({
  number: 1,
  index: 0,
  text: "a house",
  state,
  progress: null,
  reason: "",
  imageDigest: state === "done" ? (`0x${"ab".repeat(32)}` as Hex) : null,
  signature: null,
});

const overview = (state: PromptState): Overview => ({
  limit: 12,
  left: 11,
  endsAt: 0,
  ahead: null,
  prompts: [prompt(state)],
});

/** A studio whose answers and news come when the test says so. */
class SlowStudio {
  answers: ((found: Overview) => void)[] = [];
  tell: (found: Overview) => void = () => {};
  asked: string[] = [];
  prompts = () => new Promise<Overview>((resolve) => this.answers.push(resolve));
  ask = async (_token: string, _key: string, words: string) => {
    this.asked.push(words);
    return { prompt: prompt("queued"), ahead: 0, seconds: 1 };
  };
  follow = (_: string, signal: AbortSignal, tell: (found: Overview) => void) => {
    this.tell = tell;
    return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  };
}

let studio: SlowStudio;
let desk: Desk;

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal("document", { hidden: false });
  studio = new SlowStudio();
  desk = new Desk(studio as unknown as StudioClient, place, { changed: () => {} } as never);
  keepToken(place, "token");
});

it("an answer that comes late does not take back an image that the stream has told", async () => {
  desk.look();
  const read = desk.read();
  await vi.waitFor(() => expect(studio.answers).toHaveLength(1));
  studio.tell(overview("done"));
  studio.answers[0]?.(overview("running"));
  await read;
  expect(desk.overview?.prompts[0]?.state).toBe("done");
});

it("of two answers the one that was asked for later counts", async () => {
  const first = desk.read();
  const second = desk.read();
  studio.answers[1]?.(overview("done"));
  await second;
  studio.answers[0]?.(overview("running"));
  await first;
  expect(desk.overview?.prompts[0]?.state).toBe("done");
});

it("answers that come in their order are all taken", async () => {
  for (const state of ["queued", "running", "done"] as const) {
    const read = desk.read();
    studio.answers.at(-1)?.(overview(state));
    await read;
    expect(desk.overview?.prompts[0]?.state).toBe(state);
  }
});

it("takes two presses in a row for one wish, and other words or a later one for another", async () => {
  vi.useFakeTimers();
  studio.prompts = async () => overview("done"); // a studio that draws at once
  desk.type("a house");
  await desk.ask();
  expect(desk.isJustAsked).toBe(true);
  await desk.ask();
  expect(studio.asked).toEqual(["a house"]);
  desk.type("a red house");
  await desk.ask();
  expect(studio.asked).toEqual(["a house", "a red house"]);
  vi.advanceTimersByTime(1001);
  await desk.ask();
  expect(studio.asked).toEqual(["a house", "a red house", "a red house"]);
  vi.useRealTimers();
});

it("keeps a text that is far too long for a prompt, so that it can be shortened", () => {
  const pasted = "a long description ".repeat(1000);
  desk.type(pasted);
  expect(desk.words).toBe(pasted);
});
