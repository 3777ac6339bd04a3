// Scenes without a wallet: everything can be read.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { leave, openWithoutStorage, type Player } from "../player.ts";
import {
  accessible,
  button,
  goTo,
  phase,
  type Stage,
  says,
  saysIn,
  scene,
  shoot,
} from "../stage.ts";
import { cast } from "./cast.ts";

async function quietPages(stage: Stage, visitor: Player, look: string): Promise<void> {
  const { page } = visitor;
  await page.goto(`${stage.devnet.page}#/how`);
  await page.getByRole("heading", { name: "Check it, or dispute it" }).waitFor();
  await shoot(visitor, `how${look}`);
  await accessible(visitor);
  await page.goto(`${stage.devnet.page}#/tickets`);
  await says(visitor, "Connect a wallet to see its tickets.");
  await page.locator("summary", { hasText: "Connect wallet" }).click();
  await says(visitor, "Devnet account 1");
  await shoot(visitor, `no-wallet${look}`);
  await accessible(visitor);
}

/** On a phone, time and next step stand at the foot of the screen wherever one has scrolled to. */
async function stepIsAtHand(visitor: Player): Promise<void> {
  const { page } = visitor;
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await saysIn(page.locator(".step-bar"), "Sale ends in");
  await page.locator(".step-bar").getByRole("button", { name: "Connect a wallet" }).click();
  await saysIn(page.locator(".menu"), "Devnet account 1");
  await page.keyboard.press("Escape");
}

async function readEverything(stage: Stage, look: string): Promise<void> {
  const visitor = await stage.enter({ dark: look === "-dark", phone: look === "-phone" });
  const { page } = visitor;
  await page.goto(stage.devnet.page);
  await page.locator(".card").first().waitFor();
  await shoot(visitor, `list${look}`);
  await accessible(visitor);
  await goTo(stage, visitor, cast.other);
  await phase(visitor, "Tickets on sale");
  await says(visitor, "Created by");
  assert.equal(await button(visitor, "Buy a ticket").count(), 0);
  if (look === "-phone") await stepIsAtHand(visitor);
  await says(visitor, "Then: Buy a ticket for 0.01 ETH.");
  await shoot(visitor, `selling-visitor${look}`);
  await accessible(visitor);
  if (look !== "-dark") await quietPages(stage, visitor, look);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(width <= 0, `the page is ${width} pixels wider than the screen`);
  await leave(visitor);
}

async function readWithoutStorage(stage: Stage, page: Page): Promise<void> {
  const troubles: string[] = [];
  page.on("pageerror", ({ message }) => troubles.push(message));
  await page.goto(`${stage.devnet.page}#/how`);
  await saysIn(page, "Check it, or dispute it");
  await assert.rejects(page.evaluate(() => sessionStorage.length));
  await page.mouse.wheel(0, 300);
  await page.reload();
  await saysIn(page, "Check it, or dispute it");
  await page.getByLabel("Language").selectOption("de");
  await saysIn(page, "Prüfen oder anfechten");
  assert.deepEqual(troubles, []);
}

export function visitors(): void {
  scene("where nothing was ever created the page says so, everywhere", async (stage) => {
    const visitor = await stage.enter({});
    const { page } = visitor;
    await page.goto(stage.devnet.page);
    await page.getByRole("heading", { name: "One hidden picture." }).waitFor();
    await says(visitor, "No competition is running now.");
    await shoot(visitor, "front-empty");
    await accessible(visitor);
    await page.goto(`${stage.devnet.page}#/calendar`);
    await says(visitor, "Nothing opens in this month.");
    await page.goto(`${stage.devnet.page}#/fame`);
    await says(visitor, "Nobody has won yet.");
    await leave(visitor);
  });

  scene("a browser that blocks all site data shows the page, in any language", async (stage) => {
    const context = await openWithoutStorage();
    try {
      await readWithoutStorage(stage, await context.newPage());
    } finally {
      await context.close();
    }
  });

  scene(
    "a visitor reads everything without a wallet, in light, dark and on a phone",
    async (stage) => {
      cast.other = await stage.create();
      await Promise.all(["", "-dark", "-phone"].map((look) => readEverything(stage, look)));
    },
  );

  scene("on a devnet a visitor without a wallet plays with one of its accounts", async (stage) => {
    const visitor = await stage.enter({});
    await goTo(stage, visitor, cast.other);
    await visitor.page.locator("summary", { hasText: "Connect wallet" }).click();
    await button(visitor, /^Devnet account 3/).click();
    await button(visitor, "Buy a ticket").click();
    await visitor.page.getByRole("heading", { name: "Ticket 1" }).waitFor();
    await visitor.page.reload();
    await visitor.page.getByRole("heading", { name: "Ticket 1" }).waitFor();
    await leave(visitor);
  });

  scene("an address that names no competition is said so", async (stage) => {
    const visitor = await stage.enter({});
    await visitor.page.goto(`${stage.devnet.page}#/c/999`);
    await says(visitor, "There is no such competition.");
    await leave(visitor);
  });

  scene(
    "the page speaks the visitor's language, and another one when it is chosen",
    async (stage) => {
      const visitor = await stage.enter({ language: "de-AT" });
      const { page } = visitor;
      await goTo(stage, visitor, cast.other, "Nr.");
      await says(visitor, "Tickets im Verkauf");
      await says(visitor, /^Dann: Ticket für 0,01 ETH kaufen\.$/);
      assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
      await accessible(visitor);
      await page.getByLabel("Sprache").selectOption("fr");
      await says(visitor, "Tickets en vente");
      await leave(visitor);
    },
  );
}
