// One devnet and one browser for all scenes, which are played in order on the same chain.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import type { Address } from "viem";
import { at } from "../src/at.ts";
import { address, list } from "../src/border/parse.ts";
import { axeViolations } from "./axe.ts";
import { type Created, type Devnet, startDevnet } from "./devnet.ts";
import { openBrowser, openPlayer, type Player, WAIT_SECONDS, type Wish } from "./player.ts";

const OUT = new URL("out/", import.meta.url).pathname;
// A judge's first process compiles its kernels: half a minute of a core, and longer of a busy one.
const JUDGING_SECONDS = 600;
// Enough for a seed and for finality. The chain's clock runs with its blocks: to mine on while a slow
// judge calculates would let its deadline pass.
const MINED_ROUNDS = 100;

export interface Stage {
  readonly devnet: Devnet;
  readonly accounts: readonly Address[];
  readonly arbiter: Address;
  enter(wish: Wish): Promise<Player>;
  /** By default with an account as arbiter. */
  create(wish?: Partial<Created>): Promise<number>;
}

let stage: Stage | undefined;
let browser: Browser;
const present = new Set<Player>();

/** Sets up and takes down what all scenes share; call once, before the first scene. */
export function raiseStage(wish: { studio?: boolean } = {}): void {
  before(async () => {
    mkdirSync(OUT, { recursive: true });
    const [found, devnet] = await Promise.all([openBrowser(), startDevnet(wish.studio ?? false)]);
    browser = found;
    const accounts = list(address, 100)(await devnet.request("eth_accounts"), "the accounts");
    const arbiter = at(accounts, 9);
    const enter = async (wish: Wish) => {
      const player = await openPlayer(browser, devnet, wish);
      present.add(player);
      player.context.on("close", () => present.delete(player));
      return player;
    };
    stage = {
      devnet,
      accounts,
      arbiter,
      enter,
      create: (wish) => devnet.create({ arbiter, ...wish }),
    };
  });
  after(async () => {
    await browser?.close();
    await stage?.devnet.end();
  });
}

/** `tell` puts figures into the report. */
type Scene = (stage: Stage, tell: (words: string) => void) => Promise<void>;

let broken = false;

/** A scene: one thing that a player would notice. After one has failed the rest is skipped. */
export function scene(name: string, play: Scene): void {
  test(name, async (t) => {
    if (broken || !stage) return t.skip("an earlier scene failed");
    try {
      await play(stage, (words) => t.diagnostic(words));
    } catch (error) {
      broken = true;
      let number = 0;
      for (const { page } of present)
        await page.screenshot({ path: `${OUT}failed-${++number}.png`, fullPage: true });
      throw error;
    }
  });
}

export async function goTo(
  { devnet }: Stage,
  { page }: Player,
  id: number,
  number = "No.",
): Promise<void> {
  await page.goto(`${devnet.page}#/c/${id}`);
  await page.locator(".head h1", { hasText: `${number} ${id} · ` }).waitFor();
}

/** A picture of the whole page, once the pictures in it are there. */
export async function shoot({ page }: Player, name: string): Promise<void> {
  await page.waitForFunction(
    () =>
      !document.querySelector(".frame.wait") &&
      [...document.images].every((image) => image.complete),
  );
  const broken = await page.evaluate(async () => {
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    const pictures = [...document.querySelectorAll<HTMLImageElement>("main img")];
    const empty = pictures.filter((image) => image.complete && !image.naturalWidth);
    return empty.map(({ alt, src }) => alt || src);
  });
  assert.deepEqual(broken, [], "pictures that cannot be drawn");
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${OUT}${name}.png`, fullPage: true });
}

export const phase = ({ page }: Player, name: string) =>
  page.locator(".head .phase", { hasText: name }).waitFor();

export const button = ({ page }: Player, name: string | RegExp) =>
  page.getByRole("button", { name });

/** Waits for words anywhere on the page. Often a view and the status line next to it both say them. */
export const says = ({ page }: Player, words: string | RegExp) => saysIn(page, words);

/** Waits for words in a part of the page; `words` may also be the whole text that an element has. */
export const saysIn = (part: Page | Locator, words: string | RegExp) =>
  part.getByText(words).filter({ visible: true }).first().waitFor();

export async function accessible({ page }: Player): Promise<void> {
  assert.deepEqual(await axeViolations(page), []);
}

/** Waits for something on the chain, mining at first: seed and finality wait for blocks. */
export async function mineUntil({ devnet }: Stage, there: () => Promise<boolean>): Promise<void> {
  const ends = Date.now() + JUDGING_SECONDS * 1000;
  for (let round = 0; !(await there()); round++) {
    assert.ok(Date.now() < ends, "waited in vain");
    if (round < MINED_ROUNDS) await devnet.request("anvil_mine", ["0x4"]);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export { WAIT_SECONDS };
