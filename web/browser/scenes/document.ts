// Scenes of a page that behaves like a document: titles, focus, Back, reload, and a quiet load.
import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { connectWallet, leave, type Player } from "../player.ts";
import { button, goTo, type Stage, says, scene } from "../stage.ts";
import { cast } from "./cast.ts";

const MOST_SHIFT = 0.1;
const WATCHED_SECONDS = 8;

/** How far the layout moves by itself, as browsers measure it. */
async function watchShift({ page }: Player): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if ("value" in entry && "hadRecentInput" in entry && !entry.hadRecentInput)
          sum += Number(entry.value);
      document.documentElement.dataset.shift = String(sum);
    }).observe({ type: "layout-shift", buffered: true });
  });
  return async () => Number(await page.evaluate(() => document.documentElement.dataset.shift ?? 0));
}

async function quietLoad(stage: Stage, phone: boolean, where: string): Promise<number> {
  const visitor = await stage.enter({ phone });
  const shift = await watchShift(visitor);
  await visitor.page.goto(`${stage.devnet.page}${where}`);
  await visitor.page.locator(".card, .head h1").first().waitFor();
  await visitor.page.waitForTimeout(3000);
  const moved = await shift();
  await leave(visitor);
  return moved;
}

export function likeADocument(): void {
  scene(
    "the focus stays where the player acts, and the title says what is shown",
    async (stage) => {
      const player = await stage.enter({ account: at(stage.accounts, 6) });
      const { page } = player;
      await goTo(stage, player, cast.spare);
      await connectWallet(player);
      assert.match(await page.title(), /^No\. \d+ · \d+ \w+ · Tickets on sale · Judging Oracle$/);
      await button(player, "Buy a ticket").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: /^Ticket \d/ }).waitFor();
      await says(player, "Done.");
      const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
      assert.match(focused, /^Buy a ticket/);
      await page.goto(`${stage.devnet.page}#/tickets`);
      await page.waitForFunction(() => document.title.startsWith("My tickets"));
      await leave(player);
    },
  );

  scene("the number of tickets is what is typed, or refused in words", async (stage) => {
    const player = await stage.enter({ account: at(stage.accounts, 6) });
    await goTo(stage, player, cast.spare);
    await connectWallet(player);
    const field = player.page.getByLabel("Tickets", { exact: true });
    for (const typed of ["-3", "0", "21", "1.5", "abc", ""]) {
      await field.fill(typed);
      await says(player, "Write a number from 1 to 20.");
      assert.equal(await button(player, /^Buy/).isDisabled(), true, `"${typed}" can be bought`);
    }
    await field.fill("3");
    await button(player, "Buy 3 tickets for 0.03 ETH").waitFor();
    await leave(player);
  });

  scene(
    "Back returns to the place that was left, and a filter outlives a reload",
    async (stage) => {
      const visitor = await stage.enter({ phone: true });
      const { page } = visitor;
      await page.goto(stage.devnet.page);
      await page.locator(".card").first().waitFor();
      await page.evaluate(() => scrollTo(0, 700));
      await page.waitForTimeout(300);
      const before = await page.evaluate(() => scrollY);
      assert.ok(before > 100, `the list is only ${before} pixels further`);
      await page.locator(".card").nth(1).click();
      await page.locator(".head h1").waitFor();
      await page.waitForFunction(() => scrollY === 0);
      await page.goBack();
      await page.waitForFunction((y) => Math.abs(scrollY - y) < 3, before);
      await page.goto(`${stage.devnet.page}#/list/over`);
      await page.reload();
      await page
        .locator('.kinds [aria-current="true"]', { hasText: "Over" })
        .or(page.getByRole("heading", { name: "Over" }))
        .first()
        .waitFor();
      assert.equal(await page.getByRole("heading", { name: "Running" }).count(), 0);
      await leave(visitor);
    },
  );

  scene(
    "the page loads compressed and without jumps, and asks little while nothing happens",
    async (stage, tell) => {
      const looks = [false, true].flatMap((phone) =>
        ["", `#/c/${cast.spare}`].map(async (where) => {
          const moved = await quietLoad(stage, phone, where);
          return { words: `${where || "the list"}${phone ? ", phone" : ""}`, moved };
        }),
      );
      for (const { words, moved } of await Promise.all(looks)) {
        tell(`layout shift of ${words}: ${moved.toFixed(3)}`);
        assert.ok(moved < MOST_SHIFT, `the layout of ${words} shifts by ${moved}`);
      }
      const visitor = await stage.enter({});
      const { page } = visitor;
      const codings: (string | undefined)[] = [];
      page.on("response", (answer) => {
        if (answer.url().endsWith(".js")) codings.push(answer.headers()["content-encoding"]);
      });
      await page.goto(stage.devnet.page);
      await page.locator(".card").first().waitFor();
      assert.ok(codings.includes("br") || codings.includes("gzip"), `scripts come ${codings}`);
      await page.waitForTimeout(2500);
      let asked = 0;
      const methods: string[] = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(stage.devnet.rpc)) return;
        asked++;
        methods.push(...(request.postData()?.match(/"method":"\w+"/g) ?? []));
      });
      await page.waitForTimeout(WATCHED_SECONDS * 1000);
      const calls = methods.filter((method) => method.includes("eth_call")).length;
      tell(`an idle list: ${asked} requests with ${calls} calls in ${WATCHED_SECONDS} s`);
      assert.ok(calls <= WATCHED_SECONDS, "more than one call for each block");
      await leave(visitor);
    },
  );
}
