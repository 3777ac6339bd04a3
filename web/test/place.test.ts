// How an entry did, in a sentence.
import { expect, it } from "vitest";
import type { Row } from "../src/ranking/bundle.ts";
import { placed, placeOf, standingOf } from "../src/ranking/place.ts";

const row = (rank: number, score: bigint, flags = 0): Row => ({
  ...{ rank, score, flags, ticketId: rank, player: `0x${"11".repeat(20)}` },
  ...{
    imageDigest: `0x${"ab".repeat(32)}`,
    reconstruction: null,
    errorMap: null,
    copy: null,
    remarks: [],
  },
  terms: new Map(),
});
const of = (...rows: Row[]) => ({ rows, judge: "calibrated" });

it("counts places as people do", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 1113].map(placeOf)).toEqual([
    ...["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "1,113th"],
  ]);
});

it("says how far behind the winner an entry is, and the winner how far ahead", () => {
  const ranking = of(row(1, 20_000n), row(2, 90_000n), row(3, 108_000n));
  expect(ranking.rows.map((one) => standingOf(ranking, one))).toEqual([
    "1st of 3 · 0.070 ahead of the next",
    "2nd of 3 · 0.070 behind the winner",
    "3rd of 3 · 0.088 behind the winner",
  ]);
});

it("says why an entry is out, and nothing of the next where there is none", () => {
  const out = row(2, 0n, 1 | (1 << 12));
  const ranking = of(row(1, 20_000n), out);
  expect(standingOf(ranking, out)).toBe("Disqualified: it has nearly the pixels of the target");
  expect(standingOf(ranking, ranking.rows[0] as Row)).toBe("1st of 2");
});

it("says where a practised image would have stood: behind its equals, before the disqualified", () => {
  const { rows } = of(row(1, 20_000n), row(2, 90_000n), row(3, 0n, 1 | (1 << 12)));
  const place = (score: bigint) => {
    const found = placed(rows, row(0, score));
    expect(found.rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    expect(found.rows[found.mine.rank - 1]).toBe(found.mine);
    return standingOf({ rows: found.rows, judge: "calibrated" }, found.mine);
  };
  expect(place(-5_000n)).toBe("1st of 4 · 0.025 ahead of the next");
  expect(place(20_000n)).toBe("2nd of 4 · 0.000 behind the winner");
  expect(place(2_000_000n)).toBe("3rd of 4 · 1.980 behind the winner");
});
