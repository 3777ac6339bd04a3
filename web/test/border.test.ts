// What comes from outside is taken whole and in its type, or refused with a word on where it is wrong.
import { expect, it, vi } from "vitest";
import { index, page } from "../src/border/bundle.ts";
import { list, parseJson, word } from "../src/border/parse.ts";
import { stored } from "../src/border/stored.ts";
import { digestOf } from "../src/content/digest.ts";
import { copyWords, remarkWords } from "../src/ranking/copies.ts";
import { readBundle } from "../src/ranking/readBundle.ts";
import { readable, termsOf, unitOf } from "../src/ranking/score.ts";
import { loadSecret } from "../src/secret/keep.ts";

const WORD = `0x${"ab".repeat(32)}`;
const correlation = {
  ...{ correlation: -931_000, mirrored: true, framed: false, crop: 448, shift: [2, 0] },
};
const row = {
  rank: 1,
  ticket_id: 4,
  player: `0x${"Ab".repeat(20)}`,
  image_digest: WORD,
  score: "-12345",
  flags: 0,
  terms: { offset: "-500000" },
  reconstruction: null,
  error_map: null,
  copy: { of_ticket: null, evidence: { same: 900, telling: 1000, mirrored: true } },
  remarks: [
    { of_ticket: null, evidence: correlation },
    { of_ticket: null, evidence: { found: 3, visible: 9, mirrored: false, softened: 0 } },
    { of_ticket: 4, evidence: { correlation: 712_000, blocks: 36, mirrored: false } },
  ],
};
const pageOf = (...rows: object[]) => parseJson(JSON.stringify({ rows }), page, "the page");

it("takes a row as the oracle writes it", () => {
  const [found] = pageOf(row);
  expect(found).toMatchObject({ ticketId: 4, score: -12345n, player: row.player.toLowerCase() });
  expect(found?.terms).toEqual(new Map([["offset", -500_000n]]));
  expect(found?.copy && copyWords(found.copy)).toContain("900 of the 1000 spots of the target");
  expect(found?.remarks.map(remarkWords)).toEqual([
    expect.stringContaining("93.1 % those of the target, mirrored"),
    expect.stringContaining("3 of the 9 features of the target"),
    expect.stringContaining("the image of ticket 4 are found near their places, 71.2 % alike"),
  ]);
});

it.each([
  ["a short digest", { image_digest: "0xab" }, "rows[0].image_digest"],
  ["a digest that is no text", { reconstruction: 7 }, "rows[0].reconstruction"],
  ["no terms", { terms: null }, "rows[0].terms"],
  ["terms that are no numbers", { terms: { offset: "1e9" } }, "rows[0].terms.offset"],
  ["more terms than any judge has", { terms: manyTerms() }, "rows[0].terms"],
  ["an endless score", { score: "9".repeat(10_000) }, "rows[0].score"],
  ["a rank between two ranks", { rank: 1.5 }, "rows[0].rank"],
  ["flags beyond 32 bits", { flags: 2 ** 32 }, "rows[0].flags"],
  ["a player that is none", { player: "0xab" }, "rows[0].player"],
  ["evidence without a shift", withEvidence({ shift: undefined }), "evidence.shift"],
  ["a shift of one number", withEvidence({ shift: [1] }), "evidence.shift"],
  ["features without their count", withEvidence({ found: 3, visible: null }), "evidence.visible"],
  ["grain without its count", { copy: { of_ticket: 1, evidence: { same: 1 } } }, "copy.evidence"],
  ["no remarks", { remarks: undefined }, "rows[0].remarks"],
  ["a copy of nothing", { copy: { evidence: null } }, "rows[0].copy.of_ticket"],
])("refuses a row with %s, and says where", (_, change, where) => {
  expect(() => pageOf({ ...row, ...change })).toThrow(where);
});

function manyTerms() {
  return Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`t${i}`, "0"]));
}

function withEvidence(change: object) {
  return { remarks: [{ of_ticket: 1, evidence: { ...correlation, ...change } }] };
}

it.each([
  ["no spec", { pages: [WORD] }, "the bundle.spec"],
  ["a judge that is no text", { pages: [WORD], spec: { judge: {} } }, "the bundle.spec.judge"],
  ["more pages than its entries fill", { pages: [WORD, WORD], spec: { judge: "x" } }, "pages"],
  ["pages that are no list", { pages: { length: 1 }, spec: { judge: "x" } }, "pages"],
  ["nothing", null, "the bundle"],
])("refuses an index with %s", (_, raw, where) => {
  expect(() => parseJson(JSON.stringify(raw), index(1000), "the bundle")).toThrow(where);
});

it("shows the scores of a judge with any name as they are", () => {
  for (const judge of ["constructor", "__proto__", "toString", "a later judge"]) {
    expect(unitOf(judge).marks).toEqual([]);
    expect(readable(judge, 123n)).toBe("123");
    expect(termsOf(judge, new Map([["constructor", 5n]]))).toMatchObject([{ words: "" }]);
  }
});

it("refuses a bundle with more rows than images were revealed", async () => {
  const encoded = new TextEncoder().encode(JSON.stringify({ rows: [row, row] }));
  const first = { pages: [digestOf(encoded)], spec: { judge: "calibrated" } };
  const start = new TextEncoder().encode(JSON.stringify(first));
  const answers = [start, encoded, start, encoded];
  vi.stubGlobal("fetch", async () => new Response(answers.shift()));
  await expect(readBundle(["http://store"], digestOf(start), 1)).rejects.toThrow("2 rows for 1");
  expect((await readBundle(["http://store"], digestOf(start), 2)).rows.length).toBe(2);
  vi.unstubAllGlobals();
});

it("works on where this browser keeps something that it cannot read", () => {
  const kept = new Map([
    ["sent:1:0x", '{"buy:1":[{"hash":"0x12"}]}'],
    [`submission:${WORD}`, "{"],
  ]);
  vi.stubGlobal("localStorage", { getItem: (name: string) => kept.get(name) ?? null });
  expect(loadSecret(`0x${"ab".repeat(32)}`)).toBeNull();
  expect(stored("sent:1:0x", list(word, 10), [])).toEqual([]);
  kept.set("sent:1:0x", JSON.stringify([WORD]));
  expect(stored("sent:1:0x", list(word, 10), [])).toEqual([WORD]);
  vi.unstubAllGlobals();
});
