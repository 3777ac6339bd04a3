// Scenes while tickets are on sale.

import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { buy } from "../outsiders.ts";
import { configure, connectWallet, emit, leave } from "../player.ts";
import { accessible, button, goTo, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

export function buying(): void {
  scene(
    "three players with different wallets buy; saying no in the wallet costs nothing",
    async (stage) => {
      const { beacon } = stage.devnet;
      const [main, other] = [await stage.create({ beacon }), await stage.create()];
      Object.assign(cast, { main, other });
      const [a, b, c] = [at(stage.accounts, 1), at(stage.accounts, 2), at(stage.accounts, 3)];
      cast.ada = await stage.enter({ account: a });
      cast.ben = await stage.enter({ account: b, announced: false, phone: true });
      cast.cleo = await stage.enter({ account: c, dark: true });
      await configure(cast.ada, { beacon_relays: ["relay"] });
      for (const player of [cast.ada, cast.ben, cast.cleo]) await goTo(stage, player, main);

      const { ada, ben, cleo } = cast;
      ada.refuses.add("eth_requestAccounts");
      await ada.page.locator("summary", { hasText: "Connect wallet" }).click();
      await ada.page.locator(".menu button").first().click();
      await says(ada, "Cancelled: the page sees no account.");
      ada.refuses.clear();
      await ada.page.locator(".menu button").first().click();
      ada.refuses.add("eth_sendTransaction");
      await button(ada, "Buy a ticket").click();
      await says(ada, "Cancelled. Nothing was sent.");
      ada.refuses.clear();
      await ada.page.getByLabel("Tickets", { exact: true }).fill("2");
      await ada.page.keyboard.press("Tab");
      await button(ada, "Buy 2 tickets for 0.02 ETH").click();
      await ada.page.getByRole("heading", { name: "Ticket 2" }).waitFor();

      for (const player of [ben, cleo]) {
        await connectWallet(player);
        await button(player, "Buy a ticket").click();
        await player.page.getByRole("heading", { name: /^Ticket \d/ }).waitFor();
      }
      await shoot(ada, "selling");
      await shoot(ben, "selling-phone");
      await shoot(cleo, "selling-dark");
      await accessible(ada);
    },
  );

  scene("a reload while a transaction is on its way picks it up again", async (stage) => {
    const { ben } = cast;
    await stage.devnet.request("evm_setIntervalMining", [0]);
    await button(ben, "Buy a ticket").click();
    await says(ben, "Sent. Waiting for the chain…");
    await ben.page.reload();
    await says(ben, "Sent. Waiting for the chain…");
    assert.equal(await button(ben, "Buy a ticket").isDisabled(), true);
    await stage.devnet.request("evm_setIntervalMining", [1]);
    await ben.page
      .getByRole("heading", { name: "Ticket 4" })
      .or(ben.page.getByRole("heading", { name: "Ticket 5" }))
      .first()
      .waitFor();
    await says(ben, "Done.");
  });

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

  scene(
    "another operator's competition is behind a switch, and says who decides",
    async (stage) => {
      const visitor = await stage.enter({});
      const { page } = visitor;
      await configure(visitor, { operators: [at(stage.accounts, 8)] });
      await page.goto(stage.devnet.page);
      await button(visitor, /^Show \d+ competitions? of other operators$/).click();
      await page.locator(".card .stranger").first().waitFor();
      await goTo(stage, visitor, cast.other);
      await says(visitor, "Not this page's competition");
      await says(visitor, "Decides disputes");
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

  scene("a player without funds is told so, before and after asking the wallet", async (stage) => {
    const account = at(stage.accounts, 8);
    await stage.devnet.request("anvil_setBalance", [account, "0x1"]);
    const poor = await stage.enter({ account });
    await goTo(stage, poor, cast.main);
    await connectWallet(poor);
    await says(poor, "too little for 0.01 ETH and the network fee");
    assert.equal(await button(poor, "Buy a ticket").isDisabled(), true);
    await shoot(poor, "no-funds");
    await stage.devnet.request("anvil_setBalance", [
      account,
      `0x${(10n ** 16n + 1n).toString(16)}`,
    ]);
    await button(poor, "Buy a ticket").click(); // waits until it is enabled
    await says(poor, "does not have enough ETH");
    await leave(poor);
  });

  scene(
    "a wallet on another network is switched, and one that changes account is followed",
    async (stage) => {
      const [account, next] = [at(stage.accounts, 5), at(stage.accounts, 1)];
      const lost = await stage.enter({ account, chainId: 1 });
      await goTo(stage, lost, cast.main);
      await connectWallet(lost);
      await says(lost, "Your wallet is on another network.");
      await shoot(lost, "wrong-network");
      lost.refuses.add("wallet_switchEthereumChain");
      await button(lost, "Buy a ticket").click();
      await says(lost, "Cancelled.");
      lost.refuses.clear();
      await button(lost, "Buy a ticket").click();
      await lost.page.getByRole("heading", { name: /^Ticket \d/ }).waitFor();
      assert.equal(lost.chainId, 31337);
      lost.account = next;
      await emit(lost, "accountsChanged", [next]);
      await lost.page.getByRole("heading", { name: "Ticket 1", exact: true }).waitFor();
      await leave(lost);
      for (const [i, image] of ["ada", "cleo", "dan"].entries())
        cast.outsiders.push(await buy(stage, cast.other, at(stage.accounts, 5 + i), image, i + 1));
    },
  );
}
