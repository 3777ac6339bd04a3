// The money of disputes, and what is said before any is paid.
import { keccak256, sha256, zeroAddress } from "viem";
import { expect, it } from "vitest";
import { isDeployed } from "../src/chain/isDeployed.ts";
import type { Quorum } from "../src/chain/readArbiter.ts";
import { amountIn, payoutOf, prizeOf } from "../src/dispute.ts";
import { joinCall } from "../src/views/dispute.ts";
import { remarksOf } from "../src/views/remarks.ts";

const [OPERATOR, ARBITER] = [`0x${"0a".repeat(20)}`, `0x${"ab".repeat(20)}`] as const;
const milli = (count: number) => BigInt(count) * 10n ** 15n;
const dispute = (against: number, support: number, verdict = 0) => ({
  ...{ disputedAt: 1, joinEnds: 2, verdictEnds: 3, verdict },
  ...{ against: milli(against), support: milli(support) },
});
const money = (against: number, support: number) => ({
  ...{ pot: milli(30), bond: milli(10) },
  dispute: dispute(against, support),
});

it("shares what the operator's side and its fee lose among those who paid against it", () => {
  // 12 against, 12 for, a fee of 6: half of 18 is the arbiter's part, so 12 become 21.
  expect(payoutOf(money(12, 12), "against", milli(4), 0n)).toBe(milli(7));
  expect(payoutOf(money(8, 12), "against", 0n, milli(4))).toBe(milli(7));
});

it("shares what the disputers lose among those who paid for the ranking, its operator too", () => {
  // 12 against, 12 for: half of 12 is the arbiter's part, so 12 become 18.
  expect(payoutOf(money(12, 12), "support", milli(2), 0n)).toBe(milli(3));
});

it("counts on a full pool before there is one, since nothing is decided before", () => {
  // 10 against in the end, 10 for, a fee of 6: 10 become 18.
  expect(payoutOf(money(0, 0), "against", 0n, milli(5))).toBe(milli(9));
});

it("gives the winner of a replaced ranking the operator's deposit", () => {
  const c = { pot: milli(30), deposit: milli(200) };
  expect(prizeOf({ ...c, dispute: dispute(10, 10, 2) })).toBe(milli(224));
  expect(prizeOf({ ...c, dispute: dispute(10, 10, 1) })).toBe(milli(24));
});

it.each([
  ["0.01", milli(10)],
  [" 0,01 ", milli(10)],
  ["3", milli(3000)],
  ["0", null],
  ["-1", null],
  ["1e3", null],
  ["0.0000000000000000001", null],
  ["", null],
])("reads the amount of ether that was typed: %s", (typed, wei) => {
  expect(amountIn(typed)).toBe(wei);
});

it("pays against or for the ranking that is shown, and no other", () => {
  const shown = { id: 7n, rankingRoot: keccak256("0x01"), modelHash: keccak256("0x02") };
  expect(joinCall(shown, "against", 5n)).toMatchObject({
    functionName: "dispute",
    args: [7n, shown.rankingRoot, shown.modelHash, `0x${"00".repeat(32)}`],
    value: 5n,
  });
  expect(joinCall(shown, "support", 5n)).toMatchObject({
    functionName: "support",
    args: [7n, shown.rankingRoot, shown.modelHash],
    value: 5n,
  });
});

const competition = (terms: object) => ({
  operator: OPERATOR,
  terms: {
    ...{ arbiter: ARBITER, beacon: zeroAddress },
    ...{ revealSeconds: 900, judgingSeconds: 1800, livenessSeconds: 3600 },
    ...terms,
  },
});
const quorum: Quorum = { kind: "quorum", servesUs: true, members: 3, staked: 2, threshold: 2 };
const remarks = (terms: object, facts: object = {}) =>
  remarksOf(competition(terms), { arbiter: quorum, beacon: null, ...facts }, false);

it("has nothing to say about a staked quorum, drand's seed and long enough times", () => {
  expect(remarks({})).toEqual([]);
  expect(remarks({ beacon: ARBITER }, { beacon: "quicknet" })).toEqual([]);
});

it.each([
  ["an operator that is its own arbiter", { arbiter: OPERATOR }, {}, "its own arbiter"],
  ["an account as arbiter", {}, { arbiter: { kind: "account" } }, "one account"],
  ["an unknown arbiter", {}, { arbiter: { kind: "unknown" } }, "does not know"],
  ["another's quorum", {}, { arbiter: { ...quorum, servesUs: false } }, "another contract"],
  ["auditors without stakes", {}, { arbiter: { ...quorum, staked: 1 } }, "Only 1 of 3 auditors"],
  ["an unknown beacon", { beacon: ARBITER }, { beacon: "unknown" }, "does not know"],
  ["a beacon of one's own", { beacon: ARBITER }, { beacon: "another network" }, "may choose it"],
  ["a second to dispute", { livenessSeconds: 1 }, {}, "Only 1 second for disputing"],
  ["a minute to reveal", { revealSeconds: 60 }, {}, "Only 1 minute for revealing"],
  ["little time to judge", { judgingSeconds: 1799 }, {}, "Only 1,799 seconds for fetching"],
])("warns of %s before a ticket is bought", (_, terms, facts, words) => {
  const said = remarks(terms, facts);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(words);
});

it("knows a contract by its code, whatever a deployment filled in, and no other", () => {
  const mold = { sha256: sha256("0x60000000aa"), open: [[1, 3]] as const };
  expect(isDeployed("0x60010203aa", mold)).toBe(true);
  expect(isDeployed("0x60010203ab", mold)).toBe(false);
  expect(isDeployed("0x60010203aa00", mold)).toBe(false);
});
