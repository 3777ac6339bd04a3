// A whole competition in a real browser: three players, three wallets, from buying to payout.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { AxeBuilder } from "./axe.ts";
import { type Devnet, startDevnet } from "./devnet.ts";
import { connectWallet, openBrowser, openPlayer, type Player } from "./player.ts";

const OUT = new URL("out/", import.meta.url).pathname;
const JUDGING_SECONDS = 150;
let browser: Browser;
let devnet: Devnet;
let accounts: string[];

before(async () => {
  mkdirSync(OUT, { recursive: true });
  [browser, devnet] = await Promise.all([openBrowser(), startDevnet()]);
  accounts = (await devnet.request("eth_accounts")) as string[];
});
after(async () => {
  await browser?.close();
  await devnet?.end();
});

const goTo = async (player: Player, id: number) => {
  await player.page.goto(`${devnet.page}#/c/${id}`);
  await player.page.getByRole("heading", { name: `Competition ${id}` }).waitFor();
};
async function shoot({ page }: Player, name: string): Promise<void> {
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await page.screenshot({ path: `${OUT}${name}.png`, fullPage: true });
}
const phase = (player: Player, name: string) =>
  player.page.locator(".head .phase", { hasText: name }).waitFor({ timeout: 60_000 });
/** The seed waits for sixteen blocks and for finality: mined here a little faster than they come. */
async function mineUntil(there: () => Promise<boolean>): Promise<void> {
  for (const ends = Date.now() + JUDGING_SECONDS * 1000; !(await there()); ) {
    assert.ok(Date.now() < ends, "the oracle posted no result");
    await devnet.request("anvil_mine", ["0x4"]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
const clean = (player: Player) => assert.deepEqual(player.troubles, [], "errors in the console");

test("three players play a competition from buying to payout", async () => {
  const id = await devnet.create();
  const wishes = [{ announced: true }, { announced: false, phone: true }, { dark: true }];
  const players = await Promise.all(
    wishes.map((wish, i) =>
      openPlayer(browser, devnet, { ...wish, account: accounts[i + 1] as string }),
    ),
  );
  const [ada, ben, cleo] = players as [Player, Player, Player];
  const images = ["ada", "ben", "cleo"];

  await ada.page.goto(devnet.page);
  await ada.page.locator(".card").first().waitFor();
  await shoot(ada, "list");
  assert.deepEqual(await new AxeBuilder(ada.page).violations(), []);
  for (const player of players) {
    await goTo(player, id);
    await connectWallet(player);
  }
  ada.refuses.add("eth_sendTransaction");
  await ada.page.getByRole("button", { name: "Buy a ticket" }).click();
  await ada.page.getByText("Cancelled.").waitFor();
  ada.refuses.clear();
  for (const player of players) {
    await player.page.getByRole("button", { name: "Buy a ticket" }).click();
    await player.page.getByRole("heading", { name: /^Ticket \d/ }).waitFor();
  }
  await shoot(ada, "selling");
  await shoot(cleo, "selling-dark");

  await devnet.moveTo((await devnet.now()) + 3600);
  for (const [i, player] of players.entries()) {
    await phase(player, "Open");
    await player.page.reload();
    await player.page.setInputFiles("input[type=file]", `${devnet.images}/${images[i]}.png`);
    await player.page.getByRole("button", { name: "Commit this image" }).click();
    await player.page.getByText("Committed. You can replace it").waitFor();
  }
  await shoot(ada, "open");
  await shoot(ben, "open-phone");
  assert.deepEqual(await new AxeBuilder(ada.page).violations(), []);

  // Cleo loses her browser: a fresh profile, the same wallet.
  const lost = await openPlayer(browser, devnet, { account: cleo.account, dark: true });
  await devnet.moveTo((await devnet.now()) + 3600);
  await goTo(lost, id);
  await connectWallet(lost);
  for (const player of [ada, ben, lost]) {
    await phase(player, "Revealing");
    await player.page.reload();
    await player.page.getByRole("button", { name: "Reveal my image" }).click();
    await player.page.getByText("Revealed. Your image will be judged.").waitFor();
  }
  await shoot(lost, "revealing-dark");

  await devnet.moveTo((await devnet.now()) + 1800);
  await mineUntil(() => ada.page.locator(".head .phase", { hasText: "Result posted" }).isVisible());
  await ada.page.locator(".board .line").first().click();
  await ada.page.locator(".detail img").first().waitFor();
  await devnet.moveTo((await devnet.now()) + 3600);
  await phase(ada, "Final");
  await ada.page.locator(".winner").waitFor();
  await ada.page.waitForFunction(() => document.querySelectorAll(".trio img").length === 4);
  await ada.page.getByRole("button", { name: "Verify against the chain" }).click();
  await ada.page.locator(".checks .good").nth(2).waitFor();
  assert.equal(await ada.page.locator(".checks .bad").count(), 0);
  await shoot(ada, "final");
  await phase(ben, "Final");
  await shoot(ben, "final-phone");
  assert.deepEqual(await new AxeBuilder(ada.page).violations(), []);
  for (const player of [...players, lost]) {
    clean(player);
    await player.context.close();
  }
});

test("an oracle that falls silent costs nobody a ticket, and a wrong network is switched", async () => {
  const id = await devnet.create();
  const player = await openPlayer(browser, devnet, { account: accounts[4] as string, chainId: 1 });
  await goTo(player, id);
  await devnet.stopDaemon();
  await connectWallet(player);
  await player.page.getByText("Your wallet is on another network").waitFor();
  await player.page.getByRole("button", { name: "Buy a ticket" }).click();
  await player.page.getByRole("heading", { name: /^Ticket \d/ }).waitFor();
  assert.equal(player.chainId, 31337);
  await devnet.moveTo((await devnet.now()) + 7300);
  await player.page.getByRole("button", { name: "Void the competition" }).click();
  await player.page.getByText("the operator did not open the target in time").waitFor();
  await player.page.getByRole("button", { name: "Refund 0.01 ETH" }).click();
  await player.page.getByText("Refunded.", { exact: true }).waitFor();
  await shoot(player, "void");
  clean(player);
  await player.context.close();
});
