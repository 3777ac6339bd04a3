// Scenes of many: a thousand competitions, and a leaderboard of ten thousand entries.
import assert from "node:assert/strict";
import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  pad,
  toHex,
  zeroAddress,
} from "viem";
import { at } from "../../src/at.ts";
import { competitionAbi as abi } from "../../src/chain/generated/competition.ts";
import type { Row } from "../../src/ranking/bundle.ts";
import { growTree, hashLeaf } from "../../src/ranking/leaf.ts";
import { readBundle } from "../../src/ranking/readBundle.ts";
import { competitionOf, contractOf } from "../outsiders.ts";
import { configure, leave, type Player } from "../player.ts";
import { goTo, type Stage, says, scene } from "../stage.ts";
import { rowJson } from "./bundles.ts";
import { cast } from "./cast.ts";
import { overwrite } from "./storage.ts";

const COMPETITIONS = 1000;
const PER_TRANSACTION = 100;
const PRICE = 10n ** 16n;
const TICKETS = 5;
const DEPOSIT = (PRICE * BigInt(TICKETS)) / 5n;
const ENTRIES = 10_000;
const MOST_DRAWN = 250;

async function createMany(stage: Stage): Promise<void> {
  const { devnet, accounts, arbiter } = stage;
  const terms = {
    ...{ targetCommitment: pad("0x1", { size: 32 }), specDigest: pad("0x2", { size: 32 }) },
    ...{ ticketPrice: PRICE, saleEnds: (await devnet.now()) + 86_400, openSeconds: 3600 },
    ...{ revealSeconds: 1800, judgingSeconds: 3600, livenessSeconds: 3600, minRevealed: 2 },
    ...{ verdictSeconds: 86_400, arbiter, studio: zeroAddress, promptLimit: 0 },
    ...{ maxTickets: TICKETS, beacon: zeroAddress },
  };
  const data = encodeFunctionData({
    abi,
    functionName: "createCompetition",
    args: [terms],
  });
  const code = repeatCall(await contractOf(stage), data, PER_TRANSACTION);
  const transaction = {
    ...{ from: at(accounts, 6), data: code, gas: toHex(25_000_000) },
    value: toHex(DEPOSIT * BigInt(PER_TRANSACTION)),
  };
  for (let made = 0; made < COMPETITIONS; made += PER_TRANSACTION) {
    await devnet.request("eth_sendTransaction", [transaction]);
    await devnet.request("evm_mine");
  }
}

/**
 * Code of a contract whose creation makes the same call many times, with a deposit each, and with the
 * count as target commitment, of which an operator can use each once.
 */
function repeatCall(to: Address, data: Hex, times: number): Hex {
  const two = (value: number) => toHex(value, { size: 2 }).slice(2);
  const length = two((data.length - 2) / 2);
  const value = toHex(DEPOSIT, { size: 8 }).slice(2);
  const count = "80600452"; // kept behind the selector
  const call = `6000600061${length}600067${value}73${to.slice(2)}5af150`;
  const loop = `5b${count}${call}600190038060${"0c"}57`;
  return `0x61${length}61${two(68)}60003961${two(times)}${loop}00${data.slice(2)}`;
}

/** Milliseconds from the start of the page to now, and the longest it did not answer. */
const timing = ({ page }: Player) =>
  page.evaluate(() => ({
    since: Math.round(performance.now()),
    longest: Math.max(
      0,
      ...performance.getEntriesByType("longtask").map(({ duration }) => Math.round(duration)),
    ),
  }));

async function watchLongTasks({ page }: Player): Promise<void> {
  await page.addInitScript(() => {
    const tasks: PerformanceEntry[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({
      type: "longtask",
      buffered: true,
    });
    performance.getEntriesByType = () => tasks;
  });
}

/** Rows for ten thousand players, the best of them real. */
async function manyRows(stage: Stage, bundleDigest: Hex, entries: number): Promise<Row[]> {
  const gateway = stage.devnet.page.replace(/\/$/, "");
  const real = (await readBundle([gateway], bundleDigest, entries)).rows.filter(
    ({ flags }) => !flags,
  );
  const others = Array.from({ length: ENTRIES - real.length }, (_, i): Row => {
    const seed = keccak256(toHex(i));
    const [ticketId, score] = [1000 + i, BigInt(2e6 + i * 100 + (Number(seed.slice(0, 6)) % 50))];
    const pictures = { reconstruction: null, errorMap: null, imageDigest: seed };
    const player = seed.slice(0, 42) as Address;
    const terms = new Map([["target_features", score]]);
    return {
      rank: 0,
      ticketId,
      player,
      score,
      flags: 0,
      terms,
      copy: null,
      remarks: [],
      ...pictures,
    };
  });
  return [...real, ...others].map((row, i) => ({ ...row, rank: i + 1 }));
}

/** Puts a ranking of ten thousand in the place of the real one, in the contract's storage. */
async function enlarge(stage: Stage, id: number): Promise<void> {
  const found = await competitionOf(stage, id);
  const domain = { chainId: 31337, contract: await contractOf(stage) };
  const rows = await manyRows(stage, found.bundleDigest, found.revealed);
  const root = growTree(rows.map((row) => hashLeaf(domain, BigInt(id), row))).nodes[0] as Hex;
  const pages: Hex[] = [];
  for (let start = 0; start < ENTRIES; start += 1000)
    pages.push(
      await stage.devnet.put(
        JSON.stringify({ rows: rows.slice(start, start + 1000).map(rowJson) }),
      ),
    );
  const index = { pages, spec: { judge: "calibrated" }, model_hash: "", seed: "" };
  const bundle = await stage.devnet.put(JSON.stringify(index));
  const clock = (count: number) => (BigInt(count) << 32n) | BigInt(found.terms.minRevealed);
  const changes = (value: Hex): Hex | null => {
    if (value === found.rankingRoot) return root;
    if (value === found.bundleDigest) return bundle;
    if (BigInt(value) % 2n ** 64n === clock(found.revealed))
      return pad(toHex(BigInt(value) - clock(found.revealed) + clock(ENTRIES)), { size: 32 });
    return null;
  };
  assert.equal(await overwrite(stage, id, domain.contract, changes), 3);
}

export function manyCompetitions(): void {
  scene(
    "a thousand competitions are there at once, and only those on the screen are drawn",
    async (stage, tell) => {
      await createMany(stage);
      const visitor = await stage.enter({});
      const { page } = visitor;
      await watchLongTasks(visitor);
      await configure(visitor, { operators: [] }); // they are a stranger's
      await page.goto(stage.devnet.page);
      await page.locator(".card").first().waitFor();
      const first = await timing(visitor);
      await says(visitor, /^\d,\d{3}$/);
      const all = await timing(visitor);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await says(visitor, /^No\. 1 · /);
      const drawn = await page.locator(".card").count();
      tell(
        `1,000 competitions: first view ${first.since} ms, all ${all.since} ms, longest pause ${(await timing(visitor)).longest} ms, ${drawn} cards drawn`,
      );
      assert.ok(drawn < MOST_DRAWN, `${drawn} cards are drawn`);
      await leave(visitor);
    },
  );
}

export function manyEntries(): void {
  scene("ten thousand entries are checked, scrolled through and searched", async (stage, tell) => {
    await enlarge(stage, cast.main);
    const visitor = await stage.enter({});
    const { page } = visitor;
    await watchLongTasks(visitor);
    await goTo(stage, visitor, cast.main);
    await page.locator(".board .line").first().waitFor();
    const first = await timing(visitor);
    await says(visitor, "10,000 rows, one for each revealed image: this is the ranking on-chain");
    const checked = await timing(visitor);
    await page.evaluate(() => document.querySelector(".board")?.scrollIntoView({ block: "end" }));
    await page.locator(".rank", { hasText: /^10000$/ }).waitFor();
    const drawn = await page.locator(".board > li").count();
    assert.ok(drawn < MOST_DRAWN, `${drawn} rows are drawn`);
    await page.getByLabel("Find a ticket or a player").fill("7777");
    const found = page.locator(".board .line", { hasText: "ticket 7777" });
    await found.click();
    await page.locator(".proofs > summary").click();
    await says(visitor, /14 siblings up to the root|13 siblings up to the root/);
    tell(
      `10,000 entries: first rows ${first.since} ms, all checked ${checked.since} ms, longest pause ${(await timing(visitor)).longest} ms, ${drawn} rows drawn`,
    );
    // The pictures of invented entries are nowhere.
    await leave(visitor, /404/);
  });
}
