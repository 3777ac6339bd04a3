// Scenes of bundles that were made to break the page: the money must be within reach all the same.
import assert from "node:assert/strict";
import { competitionOf, contractOf } from "../outsiders.ts";
import { connectWallet, leave } from "../player.ts";
import { accessible, button, goTo, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";
import { overwrite } from "./storage.ts";

const WORD = `0x${"ab".repeat(32)}`;
const row = {
  ...{ rank: 1, ticket_id: 1, player: `0x${"ab".repeat(20)}`, image_digest: WORD, score: "1" },
  ...{
    flags: 0,
    terms: { offset: "1" },
    reconstruction: null,
    error_map: null,
    copy: null,
    remarks: [],
  },
};
const correlation = { correlation: 1, mirrored: false, framed: false, crop: 512 };

/** Each bundle that ever froze the page, or could: its judge, and its only row. */
const BUNDLES: readonly [name: string, judge: string | object, rows: object | string][] = [
  ["a judge named constructor", "constructor", [row]],
  ["a judge that is no word", { toString: null }, [row]],
  ["a short digest", "calibrated", [{ ...row, image_digest: "0xab" }]],
  ["no terms", "calibrated", [{ ...row, terms: null }]],
  [
    "evidence without a shift",
    "calibrated",
    [{ ...row, flags: 65536, remarks: [{ of_ticket: null, evidence: correlation }] }],
  ],
  ["a score that is no number", "calibrated", [{ ...row, score: "NaN" }]],
  ["rows that are no list", "calibrated", "rows"],
];

export function hostile(): void {
  scene("no bundle keeps anybody from the money, however it is made", async (stage) => {
    const { ada, ben, cleo } = cast;
    await stage.devnet.pass(3600);
    // No more blocks, so that the oracle does not pay before the page is looked at.
    await stage.devnet.request("evm_setIntervalMining", [0]);
    const contract = await contractOf(stage);
    const { bundleDigest } = await competitionOf(stage, cast.main);
    let shown = bundleDigest;
    const post = async (bundle: string) => {
      const next = await stage.devnet.put(bundle);
      const changed = await overwrite(stage, cast.main, contract, (value) =>
        value === shown ? next : null,
      );
      assert.equal(changed, 1);
      shown = next;
    };
    const visitor = await stage.enter({ account: cleo.account });
    await goTo(stage, visitor, cast.main);
    await connectWallet(visitor);
    for (const [name, judge, rows] of BUNDLES) {
      const page = await stage.devnet.put(JSON.stringify({ rows }));
      await post(JSON.stringify({ pages: [page], spec: { judge } }));
      await visitor.page.reload();
      await says(
        visitor,
        name === "a judge named constructor"
          ? "Do not trust them."
          : "The explanation of this ranking cannot be read",
      );
      await button(visitor, "Pay the winner").waitFor();
      assert.equal(await button(visitor, "Pay the winner").isDisabled(), false, name);
      await says(visitor, "What happened on-chain");
    }
    await shoot(visitor, "hostile");
    await accessible(visitor);
    await overwrite(stage, cast.main, contract, (value) => (value === shown ? bundleDigest : null));
    // The winner of the bundle that can be read has an image that nobody ever stored.
    await leave(visitor, /404 .*\/ipfs\//);
    // Who read the chain meanwhile would go on from that until there is another block.
    for (const { page } of [ada, ben, cleo]) await page.reload();
    await stage.devnet.request("evm_setIntervalMining", [1]);
  });
}
