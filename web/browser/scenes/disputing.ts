// Scenes of a dispute and its verdict, of the payout, and of money that waits.

import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { growTree, hashLeaf, proofOf } from "../../src/ranking/leaf.ts";
import { readBundle } from "../../src/ranking/readBundle.ts";
import { act, competitionOf, contractOf, creditOf, post } from "../outsiders.ts";
import { connectWallet, leave } from "../player.ts";
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
  return { verdict, winner, proof: proofOf(tree, 0) };
}

export function disputing(): void {
  scene("a disputed ranking says by whom, who decides and until when", async (stage) => {
    const { ada } = cast;
    await goTo(stage, ada, cast.other);
    const report = await stage.devnet.put(JSON.stringify({ verdict: "mismatch", checks: [] }));
    const { bond } = await competitionOf(stage, cast.other);
    const dispute = { functionName: "dispute", args: [BigInt(cast.other), report] } as const;
    await act(stage, at(stage.accounts, 7), { ...dispute, value: bond });
    await phase(ada, "Disputed");
    await says(ada, "This ranking is disputed");
    await says(ada, "The disputer's report");
    await shoot(ada, "disputed");
    await accessible(ada);
    await goTo(stage, cast.ben, cast.other);
    await phase(cast.ben, "Disputed");
    await says(cast.ben, "The disputer's report");
    await shoot(cast.ben, "disputed-phone");
  });

  scene("a verdict replaces the ranking, and the page shows the one that counts", async (stage) => {
    const { ada } = cast;
    const asserted = await competitionOf(stage, cast.other);
    const { verdict, winner, proof } = await otherRanking(stage, cast.other, asserted);
    // No blocks but this one, so that the oracle has no time to pay before the page is looked at.
    await stage.devnet.request("evm_setIntervalMining", [0]);
    const args = [BigInt(cast.other), verdict, winner, proof] as const;
    await post(stage, stage.arbiter, { functionName: "resolveDispute", args });
    await stage.devnet.request("evm_mine");
    await phase(ada, "Dispute decided");
    await says(ada, "decided against the oracle");
    await says(ada, "lead to the root on-chain");
    await shoot(ada, "resolved");
    await accessible(ada);
    await stage.devnet.request("evm_setIntervalMining", [1]);
    await phase(ada, "Final");
    await says(ada, "0.024 ETH went to ticket");
  });
}

export function paying(): void {
  scene("the winner is paid, and sees it", async (stage) => {
    const { ada, ben, cleo } = cast;
    for (const player of [ada, ben, cleo]) {
      await goTo(stage, player, cast.main);
      await phase(player, "Final");
      await player.page.locator(".board .winner").waitFor();
    }
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
    const disputer = await stage.enter({ account });
    await disputer.page.goto(`${stage.devnet.page}#/tickets`);
    await connectWallet(disputer);
    await says(disputer, "waits for you");
    await shoot(disputer, "withdraw");
    await button(disputer, /^Withdraw 0\.0/).click();
    await says(disputer, "Nothing waits for you");
    assert.equal(await creditOf(stage, account), 0n);
    await leave(disputer);
  });
}
