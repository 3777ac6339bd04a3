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
      await Promise.all([cast.ada, cast.ben, cast.cleo].map((player) => goTo(stage, player, main)));

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
