// Scenes of what is told before a ticket is bought, and of those that are not sold.
import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { buy } from "../outsiders.ts";
import { configure, connectWallet, leave } from "../player.ts";
import { accessible, button, goTo, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

export function selling(): void {
  scene(
    "another operator's competition is behind a switch, and says who decides",
    async (stage) => {
      cast.other = await stage.create(); // the sale of the one before is over
      const visitor = await stage.enter({});
      const { page } = visitor;
      await configure(visitor, { operators: [at(stage.accounts, 8)] });
      await page.goto(stage.devnet.page);
      await button(visitor, /^Show \d+ competitions? of other operators$/).click();
      await page.locator(".card .stranger").first().waitFor();
      await goTo(stage, visitor, cast.other);
      await says(visitor, "Not this page's competition");
      await says(visitor, "Decides disputes");
      await page.locator(".who-is .face .identicon").first().waitFor();
      await button(visitor, "Copy the address").first().click();
      await page.locator(".gone", { hasText: "Copied." }).waitFor({ state: "attached" });
      assert.equal(await page.getByLabel("Tickets", { exact: true }).count(), 0);
      await shoot(visitor, "stranger");
      await accessible(visitor);
      await button(visitor, "I know them: show the tickets").click();
      await page.getByLabel("Tickets", { exact: true }).waitFor();
      await leave(visitor);
    },
  );

  scene(
    "who buys is told first what speaks against it, and nothing when nothing does",
    async (stage) => {
      const visitor = await stage.enter({});
      await goTo(stage, visitor, cast.other);
      await says(visitor, "Know this before you buy");
      await says(visitor, /Disputes are decided by one account, 0x.*, that stakes nothing/);
      await shoot(visitor, "remarks");
      await accessible(visitor);
      const { quorum, beacon } = stage.devnet;
      await goTo(stage, visitor, await stage.create({ arbiter: quorum, beacon }));
      await says(visitor, "Then: Buy a ticket for 0.01 ETH.");
      assert.equal(await visitor.page.getByText("Know this before you buy").count(), 0);
      await leave(visitor);
    },
  );

  scene("the last ticket is sold, and then no more", async (stage) => {
    const id = await stage.create({ maxTickets: 2 });
    await buy(stage, id, at(stage.accounts, 5), "ada", 1);
    const player = await stage.enter({ account: at(stage.accounts, 4) });
    await goTo(stage, player, id);
    await connectWallet(player);
    await says(player, "1 ticket of 2 left.");
    await player.page.getByLabel("Tickets", { exact: true }).fill("2");
    await says(player, "Write a number from 1 to 1.");
    await player.page.getByLabel("Tickets", { exact: true }).fill("1");
    await button(player, "Buy a ticket").click();
    await says(player, "All tickets are sold.");
    await says(player, "2 of 2");
    assert.equal(await button(player, /^Buy/).isDisabled(), true);
    await shoot(player, "sold-out");
    await leave(player);
  });
}

export function otherStudio(): void {
  scene("no ticket is sold that the page cannot play: its studio is another one", async (stage) => {
    const player = await stage.enter({ account: at(stage.accounts, 4) });
    await goTo(stage, player, await stage.create({ studio: at(stage.accounts, 9) }));
    await connectWallet(player);
    await says(player, "not the one that this competition names: its receipts would not count");
    assert.equal(await button(player, /^Buy/).isDisabled(), true);
    await shoot(player, "other-studio");
    await accessible(player);
    await leave(player);
  });
}
