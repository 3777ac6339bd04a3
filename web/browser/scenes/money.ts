// Scenes of sums in money: shown where a feed on the chain tells a price, and not when it lies.
import assert from "node:assert/strict";
import { configure, leave } from "../player.ts";
import { accessible, goTo, type Stage, says, saysIn, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

const FEED = `0x${"fe".repeat(20)}`;

/** A feed of 8 decimals. It gives the same five words to every question; `decimals` reads the first. */
async function tell({ devnet }: Stage, answer: number, updatedAt: number): Promise<void> {
  const words = [
    "60085f52", // 8
    `64${answer.toString(16).padStart(10, "0")}602052`,
    `63${updatedAt.toString(16).padStart(8, "0")}606052`,
    "60a05ff3",
  ];
  await devnet.request("anvil_setCode", [FEED, `0x${words.join("")}`]);
}

export function money(): void {
  scene(
    "sums are worth something where a feed says so, and where it is believed",
    async (stage) => {
      const now = await stage.devnet.now();
      await tell(stage, 312_045_000_000, now);
      const visitor = await stage.enter({ phone: true });
      await configure(visitor, { price_feed: FEED, price_currency: "EUR" });
      await goTo(stage, visitor, cast.spare);
      await saysIn(visitor.page.locator(".money"), "≈ €31.20"); // one ticket of 0.01 ETH
      await says(visitor, /the network takes about .* ETH \(€\d/);
      await shoot(visitor, "worth-phone");
      await accessible(visitor);
      await tell(stage, 312_045_000_000, now - 27 * 3600);
      await visitor.page.reload();
      await visitor.page.locator(".money").waitFor();
      await visitor.page.waitForLoadState("networkidle");
      assert.equal(await visitor.page.locator(".worth").count(), 0, "a stale price is shown");
      await leave(visitor);
    },
  );
}
