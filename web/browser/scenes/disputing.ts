// Scenes of a dispute and its verdict, of the payout, and of money that waits.

import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { growTree, hashLeaf, proofOf } from "../../src/ranking/leaf.ts";
import { readBundle } from "../../src/ranking/readBundle.ts";
import { act, competitionOf, contractOf, creditOf, post, revealOf } from "../outsiders.ts";
import { connectWallet, leave, type Player } from "../player.ts";
import { accessible, button, goTo, phase, type Stage, says, scene, shoot } from "../stage.ts";
import { rowJson } from "./bundles.ts";
import { cast } from "./cast.ts";

type Asserted = Awaited<ReturnType<typeof competitionOf>>;

/** A verdict that turns the first two ranks around, published like an oracle's. */
async function otherRanking(stage: Stage, id: number, asserted: Asserted) {
  const gateway = stage.devnet.page.replace(/\/$/, "");
  const domain = { chainId: 31337, contract: await contractOf(stage) };
  const { rows } = await readBundle([gateway], asserted.bundleDigest, asserted.revealed);
  const winner = { ...at(rows, 1), rank: 1 };
  const turned = [winner, { ...at(rows, 0), rank: 2 }, ...rows.slice(2)];
  const tree = growTree(turned.map((row) => hashLeaf(domain, BigInt(id), row)));
  const page = await stage.devnet.put(JSON.stringify({ rows: turned.map(rowJson) }));
  const index = { pages: [page], spec: { judge: "calibrated" }, model_hash: "", seed: "" };
  const verdict = {
    entriesHash: asserted.entriesHash,
    modelHash: asserted.modelHash,
    rankingRoot: at(tree.nodes, 0),
    leafCount: asserted.revealed,
    bundleDigest: await stage.devnet.put(JSON.stringify(index)),
  };
  const { salt } = await revealOf(stage, id, winner.ticketId);
  return { verdict, winner, salt, proof: proofOf(tree, 0) };
}

/** Pays against a ranking with a report, which the page cannot add. */
async function payWithReport(stage: Stage, id: number, value: bigint): Promise<void> {
  const { rankingRoot, modelHash } = await competitionOf(stage, id);
  const report = await stage.devnet.put(JSON.stringify({ verdict: "mismatch", checks: [] }));
  const args = [BigInt(id), rankingRoot, modelHash, report] as const;
  await act(stage, at(stage.accounts, 7), { functionName: "dispute", args, value });
}

async function pay(player: Player, amount: string, side: "against" | "for"): Promise<void> {
  await player.page.getByLabel("Amount in ETH").fill(amount);
  await button(player, `Pay ${amount} ETH ${side} the ranking`).click();
}

export function disputing(): void {
  scene("two small holders dispute a ranking together", async (stage) => {
    const { ada, ben } = cast;
    for (const player of [ada, ben]) await goTo(stage, player, cast.other);
    for (const player of [ada, ben]) await player.page.locator(".dispute > summary").click();
    await says(ada, "Recompute it first");
    assert.equal(await button(ada, "Pay against the ranking").isDisabled(), true);
    await pay(ada, "0.004", "against");
    await says(ada, "You have paid 0.004 ETH against the ranking.");
    await says(ada, "of 0.01 ETH");
    await shoot(ada, "pool");
    await accessible(ada);
    await says(ben, "0.004 ETH");
    await pay(ben, "0.006", "against");
    for (const player of [ada, ben]) await phase(player, "Disputed");
    await says(ben, "You have paid 0.006 ETH against the ranking.");
  });

  scene("a disputed ranking says how much is on each side, and anyone joins one", async (stage) => {
    const { ada, ben, cleo } = cast;
    await payWithReport(stage, cast.other, 2n * 10n ** 15n);
    await goTo(stage, cleo, cast.other);
    await says(cleo, "Join a side");
    await pay(cleo, "0.002", "for");
    await says(cleo, "You have paid 0.002 ETH for it.");
    await says(ada, "This ranking is disputed");
    await says(ada, /0\.012 ETH were paid against it,\s+and 0\.012 ETH stand for it/);
    await says(ada, "The disputers' report");
    await ada.page.locator(".folded > summary", { hasText: "What happened on-chain" }).click();
    await says(ada, "paid 0.002 ETH for the ranking");
    await shoot(ada, "disputed");
    await accessible(ada);
    await says(ben, "The disputers' report");
    await shoot(ben, "disputed-phone");
  });

  scene("a verdict replaces the ranking, and the page shows the one that counts", async (stage) => {
    const { ada } = cast;
    const asserted = await competitionOf(stage, cast.other);
    const { verdict, winner, salt, proof } = await otherRanking(stage, cast.other, asserted);
    // No blocks but this one, so that the oracle has no time to pay before the page is looked at.
    await stage.devnet.request("evm_setIntervalMining", [0]);
    const args = [BigInt(cast.other), verdict, winner, salt, proof] as const;
    await post(stage, stage.arbiter, { functionName: "resolveDispute", args });
    await stage.devnet.request("evm_mine");
    await phase(ada, "Dispute decided");
    await says(ada, "decided against the oracle");
    await says(ada, "this is the ranking on-chain");
    await shoot(ada, "resolved");
    await accessible(ada);
    await stage.devnet.request("evm_setIntervalMining", [1]);
    await phase(ada, "Final");
    await says(ada, "0.224 ETH went to ticket"); // the deposit of the oracle that lied is in it
  });

  scene(
    "who disputed rightly takes back more than was paid, who did not takes nothing",
    async () => {
      const { ada, ben, cleo } = cast;
      await button(ada, "Take 0.007 ETH").click();
      await button(ben, "Take 0.0105 ETH").click();
      for (const player of [ada, ben]) await says(player, "Your part of the dispute is paid.");
      await says(cleo, "You paid 0.002 ETH on the side that lost the dispute.");
      await shoot(ada, "claimed");
      await accessible(ada);
    },
  );
}

export function paying(): void {
  scene("the winner is paid, and sees it", async (stage) => {
    const { ada, ben, cleo } = cast;
    for (const player of [ada, ben, cleo]) {
      await goTo(stage, player, cast.main);
      await phase(player, "Final");
      await player.page.locator(".board .winner").waitFor();
    }
    // What came out stands before what it cost.
    const order = await ben.page
      .locator(".moment, .podium, .share, .money, .board")
      .evaluateAll((found) => found.map(({ className }) => className));
    assert.deepEqual(order, ["moment", "podium", "share", "money", "board"]);
    await says(ada, /^Ticket \d+ won 0\.048 ETH, and is paid\.$/);
    const line = ada.page.locator(".board .line").first();
    if ((await line.getAttribute("aria-expanded")) === "false") await line.click();
    await ada.page.waitForFunction(() => document.querySelectorAll(".detail img").length === 5);
    await says(ada, "went to ticket");
    await shoot(ada, "final");
    await shoot(ben, "final-phone");
    await shoot(cleo, "final-dark");
    await accessible(ada);
    for (const player of [ada, ben, cleo]) await leave(player);
  });

  scene("money that waits in the contract is withdrawn", async (stage) => {
    const account = at(stage.accounts, 7);
    const { request } = stage.devnet;
    // An account that takes no payment is credited.
    await request("anvil_setCode", [account, "0x5f5ffd"]);
    const claim = { functionName: "claimBond", args: [BigInt(cast.other), account] } as const;
    await act(stage, at(stage.accounts, 1), claim);
    await request("anvil_setCode", [account, "0x"]);
    const disputer = await stage.enter({ account });
    await disputer.page.goto(`${stage.devnet.page}#/tickets`);
    await connectWallet(disputer);
    await says(disputer, "waits for you");
    await shoot(disputer, "withdraw");
    await button(disputer, "Withdraw 0.0035 ETH").click();
    await says(disputer, "Nothing waits for you");
    assert.equal(await creditOf(stage, account), 0n);
    await leave(disputer);
  });
}
