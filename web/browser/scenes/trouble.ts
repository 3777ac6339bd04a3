// Scenes of a node that fails at the worst moments.
import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { connectWallet, leave } from "../player.ts";
import { accessible, button, goTo, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

const FAILED = /Failed to load resource/; // what the browser itself reports

export function trouble(): void {
  scene("a node that fails after the sending makes nobody pay twice", async (stage) => {
    cast.spare = await stage.create();
    const player = await stage.enter({ account: at(stage.accounts, 9) });
    const { page } = player;
    await goTo(stage, player, cast.spare);
    await connectWallet(player);
    await stage.devnet.request("evm_setIntervalMining", [0]);
    await button(player, "Buy a ticket").click();
    await says(player, "Sent. Waiting for the chain…");
    await page.route(`${stage.devnet.rpc}/**`, (route) => route.abort());
    await says(player, "The chain does not answer now");
    assert.equal(await button(player, "Buy a ticket").isDisabled(), true);
    await button(player, "Buy a ticket").click({ force: true });
    await page.reload(); // the node is still gone
    await says(player, "does not answer");
    await page.unroute(`${stage.devnet.rpc}/**`);
    await says(player, "Sent. Waiting for the chain…");
    assert.equal(await button(player, "Buy a ticket").isDisabled(), true);
    await stage.devnet.request("evm_setIntervalMining", [1]);
    await page.getByRole("heading", { name: /^Ticket \d/ }).waitFor();
    await says(player, "Done.");
    assert.equal(player.asked.filter((method) => method === "eth_sendTransaction").length, 1);
    await leave(player, FAILED);
  });

  scene("a node that dies after loading is said, with the age of what is shown", async (stage) => {
    const visitor = await stage.enter({});
    const node = `${stage.devnet.rpc}/**`;
    await goTo(stage, visitor, cast.spare);
    await visitor.page.route(node, (route) => route.abort());
    await says(visitor, "The chain has not answered for 10 seconds.");
    await shoot(visitor, "stale");
    await accessible(visitor);
    await visitor.page.unroute(node);
    await visitor.page.locator(".stale").waitFor({ state: "detached" });
    await leave(visitor, FAILED);
  });
}
