// Scenes while submissions are revealed: with the browser, without it, and without the wallet too.
import assert from "node:assert/strict";
import { reveal } from "../outsiders.ts";
import { connectWallet, leave, notifications } from "../player.ts";
import { accessible, button, goTo, phase, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

export function revealing(): void {
  scene(
    "a player is notified, and reveals two images in one transaction after a reload",
    async (stage) => {
      const { ada } = cast;
      await stage.devnet.pass(3600);
      await phase(ada, "Revealing");
      for (let tries = 0; !(await notifications(ada)).length; tries++) {
        assert.ok(tries < 120, "the player is not notified");
        await ada.page.waitForTimeout(500);
      }
      assert.deepEqual(await notifications(ada), [
        `No. ${cast.main}: reveal your image | Submissions are closed. What is not revealed is not judged.`,
      ]);
      await ada.page.reload();
      await shoot(ada, "revealing");
      await accessible(ada);
      await button(ada, "Reveal all 2").click();
      await ada.page.getByText("Revealed. Your image will be judged.").nth(1).waitFor();
      await ada.page.reload();
      await ada.page.getByText("Revealed. Your image will be judged.").nth(1).waitFor();
    },
  );

  scene("a lost browser loses nothing: the wallet brings the secret back", async (stage) => {
    const fresh = await stage.enter({ account: cast.ben.account, announced: false, phone: true });
    await goTo(stage, fresh, cast.main);
    await connectWallet(fresh);
    await says(fresh, "The secret is not in this browser.");
    await shoot(fresh, "revealing-phone");
    await button(fresh, "Reveal my image").first().click();
    await says(fresh, "Revealed. Your image will be judged.");
    // Nothing is left to be done: no step stands at the foot of the screen.
    await fresh.page.locator(".step-bar").waitFor({ state: "detached" });
    assert.ok(fresh.asked.includes("eth_signTypedData_v4"));
    await leave(fresh);
  });

  scene(
    "a lost wallet loses nothing either: the recovery file lets the oracle reveal",
    async (stage) => {
      const stranger = await stage.enter({ dark: true });
      const node = `${stage.devnet.rpc}/**`;
      await stranger.page.route(node, (route) => route.abort());
      await stranger.page.goto(`${stage.devnet.page}#/tickets`);
      await stranger.page.setInputFiles("#recovery", cast.recoveryFile);
      await says(stranger, /does not answer/);
      await stranger.page.unroute(node);
      // The file is there before the chain has answered for the first time.
      let answer: () => void = () => undefined;
      const answers = new Promise<void>((resolve) => {
        answer = resolve;
      });
      await stranger.page.route(node, async (route) => {
        await answers;
        await route.continue();
      });
      await stranger.page.reload();
      await stranger.page.setInputFiles("#recovery", {
        name: "wrong.json",
        mimeType: "application/json",
        buffer: Buffer.from("{}"),
      });
      await says(stranger, "This is not a recovery file.");
      await stranger.page.setInputFiles("#recovery", cast.recoveryFile);
      await says(stranger, "Reading the chain…");
      answer();
      await stranger.page
        .getByRole("heading", { name: "Ticket 4 from your recovery file" })
        .waitFor();
      await shoot(stranger, "recovery-dark");
      await accessible(stranger);
      await button(stranger, "Let the oracle reveal for me").click();
      await says(stranger, "Handed over.");
      await says(stranger, "Revealed. Your image will be judged.");
      await leave(stranger, /Failed to load resource/); // while the node was gone
      for (const outsider of cast.outsiders) await reveal(stage, cast.other, outsider);
    },
  );
}
