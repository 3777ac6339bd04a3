// Scenes of where the page reads the chain from: its own node, the wallet's, or none that answers.

import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { configure, connectWallet, leave } from "../player.ts";
import { button, says, scene, shoot } from "../stage.ts";

export function nodes(): void {
  scene("without a node of its own the page reads through the wallet", async (stage) => {
    const player = await stage.enter({ account: at(stage.accounts, 1), chainId: 1 });
    await configure(player, { rpc_url: null });
    let own = 0;
    player.page.on("request", (request) => {
      if (request.url().startsWith(stage.devnet.rpc)) own++;
    });
    await player.page.goto(stage.devnet.page);
    await says(player, "which is on another network");
    await connectWallet(player);
    await shoot(player, "wallet-node-network");
    await button(player, "Switch to Devnet").click();
    await player.page.locator(".card").first().waitFor();
    assert.ok(player.asked.includes("eth_call"));
    assert.equal(own, 0, "the page asked a node that it was not given");
    await leave(player);
  });

  scene("without any node the page says what to do", async (stage) => {
    const visitor = await stage.enter({ phone: true });
    await configure(visitor, { rpc_url: null });
    await visitor.page.goto(stage.devnet.page);
    await says(visitor, "reads the chain through your wallet. Install a wallet");
    await visitor.page.locator("summary", { hasText: "Connect wallet" }).click();
    await says(visitor, "No wallet was found in this browser.");
    // A phone's wallets open the page in browsers of their own.
    const page = encodeURIComponent(visitor.page.url());
    const links = visitor.page.locator(".menu a");
    const found = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    assert.equal(found.filter((link) => link?.includes(page)).length, 2);
    assert.match(found[0] ?? "", /^https:\/\/metamask\.app\.link\/dapp\/127\.0\.0\.1:\d+\//);
    await shoot(visitor, "no-node");
    await leave(visitor);
  });

  scene("a node that does not answer is said, and taken up again when it does", async (stage) => {
    const visitor = await stage.enter({});
    const node = `${stage.devnet.rpc}/**`;
    await visitor.page.route(node, (route) => route.abort());
    await visitor.page.goto(stage.devnet.page);
    await says(visitor, "does not answer");
    await shoot(visitor, "no-answer");
    await visitor.page.unroute(node);
    await visitor.page.locator(".card").first().waitFor();
    // The browser itself reports requests that fail.
    await leave(visitor, /Failed to load resource/);
  });

  scene("an explorer, where one is named, is linked from every transaction", async (stage) => {
    const visitor = await stage.enter({});
    await configure(visitor, { explorer: "https://explorer.example/" });
    await visitor.page.goto(`${stage.devnet.page}#/c/1`);
    const link = visitor.page.locator(".history a").first();
    assert.match(
      (await link.getAttribute("href")) ?? "",
      /^https:\/\/explorer\.example\/tx\/0x[0-9a-f]{64}$/,
    );
    await leave(visitor);
  });
}
