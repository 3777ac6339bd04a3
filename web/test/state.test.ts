// How a competition stands is worked out once, so that no two places can say different things of it.
import { zeroAddress } from "viem";
import { expect, it, vi } from "vitest";
import type { Phase } from "../src/chain/readCompetitions.ts";
import { Loader } from "../src/loader.ts";
import { Note } from "../src/note.ts";
import { addressOf, isSamePage, lookedAt, routeOf } from "../src/route.ts";
import { part } from "../src/views/part.ts";
import { situation, type Timed } from "../src/views/phases.ts";
import { hasStudio } from "../src/views/studio.ts";

const ENDS = 1000;
const competition = (phase: Phase, revealed = 2): Timed => ({
  ...{ phase, revealed, openEnds: ENDS, revealEnds: ENDS, judgingEnds: ENDS, livenessEnds: ENDS },
  terms: { saleEnds: ENDS, minRevealed: 2 },
  dispute: { verdictEnds: ENDS },
});

it.each([
  ["Selling", "Sale ends in"],
  ["Open", "Submissions close in"],
  ["Asserted", "Payout possible in"],
  ["Disputed", "Verdict due in"],
] as const)("counts down in phase %s, and offers nobody the money", (phase, words) => {
  expect(situation(competition(phase), ENDS - 1)).toMatchObject({
    until: { words, at: ENDS },
    anyone: null,
  });
});

it("is either payable or counting down, never both", () => {
  expect(situation(competition("Asserted"), ENDS)).toMatchObject({
    name: "Ready to pay",
    until: null,
    anyone: "finalize",
  });
  expect(situation(competition("Resolved"), ENDS - 1).anyone).toBe("finalize");
});

it.each([
  ["Judging", ENDS, 2],
  ["Disputed", ENDS, 2],
  ["Seeding", ENDS - 1, 1],
] as const)("can be voided in phase %s once somebody has failed", (phase, now, revealed) => {
  expect(situation(competition(phase, revealed), now)).toMatchObject({
    until: null,
    anyone: "void",
  });
  expect(situation(competition(phase), ENDS - 1).anyone).toBeNull();
});

it("knows a competition whose images need receipts", () => {
  expect(hasStudio({ terms: { studio: zeroAddress } })).toBe(false);
  expect(hasStudio({ terms: { studio: `0x${"11".repeat(20)}` } })).toBe(true);
});

it("finds its way from every address", () => {
  expect(routeOf("")).toEqual({ place: "list", kind: "all" });
  expect(routeOf(addressOf("over"))).toEqual({ place: "list", kind: "over" });
  expect(routeOf("#/list/constructor")).toEqual({ place: "list", kind: "all" });
  expect(lookedAt(routeOf("#/c/7"))).toBe(7n);
  expect(lookedAt(routeOf("#/c/-7"))).toBeNull();
  expect(isSamePage(routeOf("#/"), routeOf("#/list/sale"))).toBe(true);
  expect(isSamePage(routeOf("#/c/1"), routeOf("#/c/2"))).toBe(false);
});

it("draws the other parts when one of them fails", () => {
  const drawn = part("The ranking", () => {
    throw new TypeError("rows is undefined");
  });
  expect(JSON.stringify(drawn)).toContain("The ranking");
  expect(JSON.stringify(drawn)).not.toContain("undefined");
});

it("keeps notes and loaded things of two pages apart", async () => {
  const [one, other] = [{ changed: vi.fn() }, { changed: vi.fn() }];
  const note = new Note<number>();
  note.set(one, "a", 1);
  note.keep(other, "a", 2);
  expect([note.get(one, "a"), note.get(other, "a"), note.get(one, "b")]).toEqual([1, 2, undefined]);
  expect([one.changed, other.changed].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  const loader = new Loader<number>();
  const read = vi.fn(async () => 5);
  expect(loader.get(one, "x", read)).toBe("loading");
  await vi.waitFor(() => expect(loader.get(one, "x", read)).toEqual({ value: 5 }));
  loader.forget(one, "x");
  expect(loader.get(one, "x", read)).toBe("loading");
  expect(read).toHaveBeenCalledTimes(2);
});

it("gives up on what never answers", async () => {
  vi.useFakeTimers();
  const page = { changed: vi.fn() };
  const loader = new Loader<number>();
  loader.get(page, "x", () => new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(91_000);
  expect(loader.get(page, "x", async () => 1)).toMatchObject({
    error: expect.stringMatching("in time"),
  });
  vi.useRealTimers();
});
