// The day at the front, the calendar, the hall of fame, a player's history: each worked out from what
// the chain says, with what a series adds, and without it.
import { readFileSync } from "node:fs";
import { encodeAbiParameters, encodeEventTopics, numberToHex, padHex } from "viem";
import { describe, expect, it, vi } from "vitest";
import { parseJson } from "../src/border/parse.ts";
import { card, type Series, type SeriesDay, series } from "../src/border/series.ts";
import type { Reader } from "../src/chain/client.ts";
import { competitionAbi } from "../src/chain/generated/competition.ts";
import type { Phase } from "../src/chain/readCompetitions.ts";
import { unsettled } from "../src/chain/readTickets.ts";
import { Payouts, type Win } from "../src/chain/readWins.ts";
import { parseConfig } from "../src/config.ts";
import { digestOf } from "../src/content/digest.ts";
import { monthLater, monthNamed, monthOf } from "../src/days/calendar.ts";
import { hallOf } from "../src/days/fame.ts";
import { type Candidate, frontOf } from "../src/days/front.ts";
import { pastOf } from "../src/days/past.ts";
import { daysOf } from "../src/days/series.ts";
import { creditOf, nameOf } from "../src/views/name.ts";

// Before the page is loaded: its formats keep the time zone that they are made in.
vi.hoisted(() => {
  Object.assign(process.env, { TZ: "Europe/Vienna" });
});

const file = new URL("../../tests/vectors/series.json", import.meta.url);
const vector = JSON.parse(readFileSync(file, "utf8"));
const OPERATOR = `0x${"11".repeat(20)}` as const;
const CONTRACT = `0x${"22".repeat(20)}` as const;
const BUNDLE = `0x${"ab".repeat(32)}` as const;
const NOW = Date.UTC(2026, 10, 28, 12) / 1000;

const one = (
  id: number,
  phase: Phase,
  ends = NOW + 60,
  operator: string = OPERATOR,
): Candidate => ({
  ...{ id: BigInt(id), phase, operator, bundleDigest: phase === "Final" ? BUNDLE : "0x0" },
  ...{ revealed: 2, openEnds: ends, revealEnds: ends, judgingEnds: ends, livenessEnds: ends },
  ...{ terms: { saleEnds: ends, minRevealed: 2 }, dispute: { verdictEnds: ends } },
});

const day = (date: string, competition: number | null, state = "created"): SeriesDay => ({
  ...{ day: date, state, competition: competition === null ? null : BigInt(competition) },
  ...{ opensAt: Date.parse(`${date}T17:00:00Z`) / 1000, saleBeginsAt: NOW, cardDigest: null },
});

const told = (
  today: SeriesDay | null,
  coming: SeriesDay[] = [],
  last: SeriesDay[] = [],
): Series => ({
  ...{ name: "Daily", chainId: 1, contract: CONTRACT, operator: OPERATOR, today, coming, last },
});

const ids = (all: readonly { id: bigint }[]) => all.map(({ id }) => Number(id));

describe("the front", () => {
  it("shows nothing large where nothing was ever created", () => {
    expect(frontOf([], undefined, NOW)).toEqual({ now: null, day: null, next: null, last: [] });
  });

  it("shows what can be played first where there is no series, and the soonest of equals", () => {
    const all = [
      one(5, "Judging"),
      one(4, "Selling", NOW + 10),
      one(3, "Open", NOW + 90),
      one(2, "Open", NOW + 30),
      one(1, "Final"),
    ];
    expect(frontOf(all, undefined, NOW).now?.id).toBe(2n);
    expect(frontOf(all.slice(0, 2), undefined, NOW).now?.id).toBe(4n);
  });

  it("prefers anything that goes on to what somebody has let lie", () => {
    const all = [one(2, "Judging", NOW - 1), one(1, "Asserted", NOW + 9)];
    expect(frontOf(all, undefined, NOW).now?.id).toBe(1n);
  });

  it("shows nothing large when all are over, and who won last", () => {
    const all = [one(4, "Final"), one(3, "Void"), one(2, "Final"), one(1, "Final")];
    const front = frontOf(all, undefined, NOW);
    expect(front.now).toBeNull();
    expect(ids(front.last)).toEqual([4, 2, 1]);
  });

  it("shows today's of the series before what is more urgent, and tomorrow's beside it", () => {
    const all = [one(3, "Selling"), one(2, "Judging"), one(1, "Open")];
    const front = frontOf(all, told(day("2026-11-28", 2), [day("2026-11-29", 3)]), NOW);
    expect([front.now?.id, front.next?.c?.id]).toEqual([2n, 3n]);
  });

  it("never shows a stranger's competition as the series' own, whatever the series says", () => {
    const stranger = `0x${"33".repeat(20)}`;
    const all = [one(2, "Open", NOW + 9, stranger), one(1, "Final", NOW, stranger)];
    const front = frontOf(all, told(day("2026-11-28", 2), [day("2026-11-29", 1)]), NOW);
    expect([front.now, front.next?.c, front.last]).toEqual([null, null, []]);
  });

  it("leaves tomorrow's out of today where nothing is played today", () => {
    const front = frontOf([one(3, "Selling")], told(null, [day("2026-11-29", 3)]), NOW);
    expect([front.now, front.next?.c?.id]).toEqual([null, 3n]);
  });
});

describe("the name", () => {
  const named = (iso: string) => nameOf({ id: 12n, terms: { saleEnds: Date.parse(iso) / 1000 } });
  it("has number and date by the visitor's own clock", () => {
    vi.useFakeTimers({ now: NOW * 1000 });
    expect(named("2026-11-28T22:30:00Z")).toBe("No. 12 · 28 November");
    expect(named("2026-11-28T23:30:00Z")).toBe("No. 12 · 29 November");
    expect(named("2025-11-28T12:00:00Z")).toBe("No. 12 · 28 November 2025");
    vi.useRealTimers();
  });

  it("credits a picture with what its card says", () => {
    const nobody = { artist: "", year: "", licence: "" };
    expect(creditOf({ ...nobody, artist: "V", year: "1889", licence: "CC0" })).toBe(
      "V, 1889 · CC0",
    );
    expect(creditOf({ ...nobody, licence: "CC0" })).toBe("CC0");
    expect(creditOf(nobody)).toBe("");
  });
});

describe("a series and its cards", () => {
  const plain = {
    ...{ day: "2026-11-28", state: "opened", opens_at: 5, sale_begins_at: 1, competition: 7 },
    card_digest: BUNDLE,
  };
  const whole = {
    ...{ name: "Daily", chain_id: 1, contract: CONTRACT, operator: OPERATOR },
    ...{ today: plain, coming: [], last: [] },
  };
  const read = (change: object) =>
    parseJson(JSON.stringify({ ...whole, ...change }), series, "the series");

  it("is read as the daemon writes it", () => {
    const { document, card: content } = vector;
    const found = parseJson(JSON.stringify(document), series, "the series");
    expect(found.today).toMatchObject({ state: "created", competition: 7n });
    expect(found.coming.map(({ state }) => state).slice(0, 2)).toEqual(["planned", "skipped"]);
    expect(found.last).toMatchObject([{ competition: 5n, state: "opened" }]);
    const [last] = found.last;
    expect(last?.cardDigest).toBe(digestOf(new TextEncoder().encode(content)));
    expect(parseJson(content, card, "the card")).toMatchObject({ artist: "V", year: "" });
  });

  it("is found by its competitions", () => {
    expect(daysOf(read({})).get(7n)).toMatchObject({ state: "opened", cardDigest: BUNDLE });
    expect(read({ today: null }).today).toBeNull();
  });

  it.each([
    ["a day's moment that no clock has", { today: { ...plain, opens_at: 1e15 } }, "today.opens_at"],
    ["a competition that is no number", { last: [{ ...plain, competition: "7" }] }, "last[0].comp"],
    [
      "a card's name that is no digest",
      { coming: [{ ...plain, card_digest: "/x" }] },
      "card_digest",
    ],
    ["no list of days", { last: null }, "last"],
    ["more days than a year has", { last: Array(401).fill(plain) }, "last"],
  ])("is refused with %s", (_, change, where) => {
    expect(() => read(change)).toThrow(where);
  });

  it("cannot turn a line of the page around, and says nothing that is not text", () => {
    const hostile = JSON.stringify({ title: "a\u202eb\u0000<b>", target: BUNDLE });
    expect(parseJson(hostile, card, "the card").title).toBe("ab<b>");
    expect(() => parseJson(JSON.stringify({ title: 1, target: BUNDLE }), card, "c")).toThrow(
      "title",
    );
    expect(() => parseJson(JSON.stringify({ title: "a" }), card, "the card")).toThrow("target");
  });

  it("is asked for only where the page's configuration names one", () => {
    const known = { chain_id: 1, contract: CONTRACT, api_version: 1 };
    const config = (change: object) =>
      parseConfig(JSON.stringify({ ...known, ...change }), "https://page.example/at/");
    expect(config({}).series).toBeNull();
    expect(config({ series: "./", share: "./c/" })).toMatchObject({
      series: "https://page.example/at",
      share: "https://page.example/at/c/",
    });
  });
});

describe("the calendar", () => {
  const opening = (id: number, iso: string) => ({
    ...{ id: BigInt(id), phase: "Final", terms: { saleEnds: Date.parse(iso) / 1000 } },
  });
  const cells = (all: Parameters<typeof monthOf>[0], known?: Series, month = 11) =>
    monthOf(all, known, 2026, month, NOW);

  it("puts each competition on the day of its opening by the visitor's clock", () => {
    const all = [opening(2, "2026-11-30T23:30:00Z"), opening(1, "2026-11-28T17:00:00Z")];
    const november = cells(all);
    expect(november.before).toBe(6); // the first of November 2026 is a Sunday
    expect(november.days).toHaveLength(30);
    expect(november.days[27]).toMatchObject({ date: 28, isToday: true, happens: [{ id: 1n }] });
    expect(november.days[29]?.happens).toEqual([]);
    expect(cells(all, undefined, 12).days[0]?.happens).toMatchObject([{ id: 2n }]);
  });

  it("adds the series' days that are not on the chain, each once", () => {
    const all = [opening(1, "2026-11-28T17:00:00Z")];
    const skipped = day("2026-11-29", null, "skipped");
    const known = told(
      day("2026-11-28", 1),
      [skipped, day("2026-11-30", null, "planned")],
      [skipped],
    );
    const { days } = cells(all, known);
    expect(days.slice(27).map(({ happens }) => happens.map(({ state }) => state))).toEqual([
      ["Final"],
      ["skipped"],
      ["planned"],
    ]);
  });

  it("finds its way from month to month, and from any address", () => {
    expect(monthLater(2026, 12, 1)).toBe("#/calendar/2027-01");
    expect(monthLater(2026, 1, -1)).toBe("#/calendar/2025-12");
    expect(monthNamed("2026-02", NOW)).toEqual([2026, 2]);
    for (const odd of ["", "2026-13", "0001-01", "constructor"])
      expect(monthNamed(odd, NOW)).toEqual([2026, 11]);
  });
});

describe("the hall of fame", () => {
  const [ada, ben, cleo] = ["a", "b", "c"].map((x) => `0x${x.repeat(40)}` as const);
  const win = (id: number, winner: Win["winner"] | undefined, prize: bigint): Win => ({
    ...{ id: BigInt(id), ticketId: 1n, winner: winner ?? OPERATOR, prize },
  });

  it("orders by wins, then by winnings, and gives equals one place", () => {
    const hall = hallOf([win(1, ada, 5n), win(2, ben, 9n), win(3, cleo, 9n), win(4, ada, 1n)]);
    expect(hall.map(({ player, place, wins, won }) => [player, place, wins, won])).toEqual([
      [ada, 1, 2, 6n],
      [cleo, 2, 1, 9n],
      [ben, 2, 1, 9n],
    ]);
    expect(hall[0]?.lastId).toBe(4n);
    expect(hallOf([])).toEqual([]);
  });
});

describe("a player's history", () => {
  it("adds up what was paid, won and refunded, and leaves out what was not played", () => {
    const c = (id: number, ticketPrice: bigint) => ({ id: BigInt(id), terms: { ticketPrice } });
    const tickets = [1, 2, 5].map((ticketId) => ({ id: 3n, ticketId: BigInt(ticketId) }));
    const past = pastOf([c(3, 10n), c(2, 7n), c(1, 4n)], [...tickets, { id: 1n, ticketId: 1n }], {
      wins: [{ id: 3n, ticketId: 2n, winner: OPERATOR, prize: 24n }],
      refunds: [{ id: 1n, ticketId: 1n, amount: 6n }],
    });
    expect(past).toMatchObject({ tickets: 4, wins: 1, spent: 34n, won: 24n, refunded: 6n });
    expect(past.rows.map(({ c: { id }, spent, won }) => [id, spent, won])).toEqual([
      [3n, 30n, 24n],
      [1n, 4n, 0n],
    ]);
  });
});

describe("a player's tickets", () => {
  it("are read again while something can still happen to them", () => {
    const ticket = (id: number, refunded = false) => ({
      ...{ id: BigInt(id), ticketId: 1n, player: OPERATOR, commitment: null, revealed: false },
      ...{ refunded, refund: 0n },
    });
    const all = [one(4, "Open"), one(3, "Final"), one(2, "Void"), one(1, "Void")];
    const held = [ticket(1, true), ticket(2), ticket(3), ticket(4)];
    const bought = [...held, ticket(5)];
    const { again, settled } = unsettled(bought, held, all);
    expect([ids(again), ids(settled)]).toEqual([
      [2, 4, 5],
      [1, 3],
    ]);
  });
});

describe("payouts", () => {
  const config = parseConfig(
    JSON.stringify({ chain_id: 1, contract: CONTRACT }),
    "https://a.example",
  );
  const log = (id: number, block: number, prize = 8n) => ({
    ...{ address: CONTRACT, blockHash: BUNDLE, transactionHash: BUNDLE, removed: false },
    ...{ blockNumber: numberToHex(block), logIndex: numberToHex(id), transactionIndex: "0x0" },
    topics: encodeEventTopics({
      abi: competitionAbi,
      eventName: "CompetitionFinalized",
      args: { id: BigInt(id), ticketId: 1n, winner: OPERATOR },
    }),
    data: encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [prize, 2n]),
  });
  const readerOf = (logs: () => object[]) => {
    const asked: number[] = [];
    const request = async ({ params }: { params: [{ fromBlock: string }] }) => {
      asked.push(Number(params[0].fromBlock));
      return logs();
    };
    return [{ request } as unknown as Reader, asked] as const;
  };

  it("are read once for each part of the chain, and again where it may have changed", async () => {
    let logs = [log(1, 10), log(2, 990)];
    const [reader, asked] = readerOf(() => logs);
    const payouts = new Payouts(config, null);
    expect(ids((await payouts.read(reader, 1000n)).wins)).toEqual([1, 2]);
    logs = [log(3, 991)]; // No. 2 was reorganised away
    expect(ids((await payouts.read(reader, 1001n)).wins)).toEqual([1, 3]);
    expect(asked).toEqual([0, 872]);
  });

  it("of one account are asked for by its address", async () => {
    const request = vi.fn(async () => []);
    await new Payouts(config, OPERATOR).read({ request } as unknown as Reader, 5n);
    const [{ params }] = request.mock.calls[0] as unknown as [{ params: [{ topics: unknown[] }] }];
    expect(params[0].topics[3]).toBe(padHex(OPERATOR, { size: 32 }));
  });

  it("of ten thousand competitions are taken from one answer", async () => {
    const like = log(1, 1);
    const logs = Array.from({ length: 10_000 }, (_, i) => {
      const [name, , ...others] = like.topics;
      const topics = [name, numberToHex(i + 1, { size: 32 }), ...others];
      return { ...like, topics, blockNumber: numberToHex(i + 1), logIndex: numberToHex(i) };
    });
    const [reader, asked] = readerOf(() => logs);
    const began = performance.now();
    const { wins } = await new Payouts(config, null).read(reader, 20_000n);
    const [first] = hallOf(wins);
    const seconds = (performance.now() - began) / 1000;
    expect(first?.wins).toBe(10_000);
    expect(asked).toEqual([0]);
    console.info(`10,000 wins: ${Math.round(seconds * 1000)} ms`);
  });
});

it("of ten thousand competitions front, calendar and history are worked out at once", () => {
  const all = Array.from({ length: 10_000 }, (_, i) => ({
    ...one(10_000 - i, i % 50 ? "Final" : "Judging", NOW - i * 3600),
    terms: { saleEnds: NOW - i * 3600, minRevealed: 2, ticketPrice: 1n },
  }));
  const began = performance.now();
  expect(frontOf(all, undefined, NOW).last).toHaveLength(3);
  const front = performance.now();
  expect(monthOf(all, undefined, 2026, 11, NOW).days[26]?.happens).toHaveLength(24);
  const month = performance.now();
  const held = all.map(({ id }) => ({ id, ticketId: 1n }));
  expect(pastOf(all, held, { wins: [], refunds: [] }).spent).toBe(10_000n);
  const [end, ms] = [performance.now(), Math.round];
  console.info(
    `10,000 competitions: front ${ms(front - began)} ms, calendar ${ms(month - front)} ms, history ${ms(end - month)} ms`,
  );
});
