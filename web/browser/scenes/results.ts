// Scenes of a posted result: its pictures, reasons and proofs, and content that lies.
import assert from "node:assert/strict";
import { competitionOf } from "../outsiders.ts";
import { leave, type Player } from "../player.ts";
import { accessible, button, goTo, mineUntil, phase, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

const ASSERTED = 7; // ICompetition.Phase

/** So that a busy machine sees a telling before it is over: each of its steps takes eight times as long. */
function slowly(): void {
  const real = window.setTimeout;
  const wait = (act: () => void, ms = 0) => real(act, ms >= 400 && ms < 1950 ? ms * 8 : ms);
  Object.assign(window, { setTimeout: wait });
}

/** The ranking is told to who waited for it, from last to first, and can be had at once. */
async function told(guest: Player): Promise<void> {
  const { page } = guest;
  await page.locator(".ceremony .wall .out").first().waitFor();
  assert.equal(await page.locator(".board").count(), 0, "the end is given away");
  await button(guest, "Skip to the result").click();
  await page.locator(".board .line").first().waitFor();
  await page.reload();
  await page.locator(".board .line").first().waitFor();
  await button(guest, "Watch it from last to first").click();
  await says(guest, "From the last to the first.");
  await leave(guest);
}

export function results(): void {
  scene("anyone draws the seed from the beacon, whoever the oracle is", async (stage) => {
    const { ada } = cast;
    const { devnet } = stage;
    await devnet.stopDaemon();
    await ada.page.route("**/relay/public/*", async (route) => {
      const round = Number(route.request().url().split("/").at(-1));
      const signature = await devnet.sign(round);
      await route.fulfill({ json: { round, signature } });
    });
    const { revealEnds } = await competitionOf(stage, cast.main);
    await devnet.moveTo(revealEnds);
    await phase(ada, "Drawing the seed");
    await says(ada, /It follows from round \d+ of the beacon/);
    await says(ada, "The round comes in");
    await shoot(ada, "seeding");
    await accessible(ada);
    await devnet.moveTo(revealEnds + 66);
    await button(ada, "Draw the seed").click();
    await phase(ada, "Judging");
    await says(ada, "The seed was drawn");
    await ada.page.unroute("**/relay/public/*");
    await devnet.startDaemon();
  });

  scene("the result is posted and explained, and its rows verified in the page", async (stage) => {
    const { ada, ben, cleo } = cast;
    await shoot(ada, "judging");
    const guest = await stage.enter({ motion: true });
    await guest.page.addInitScript(slowly);
    await goTo(stage, guest, cast.main);
    await says(guest, "The entries so far");
    await guest.page.goto(stage.devnet.page);
    const asserted = async (id: number) => (await competitionOf(stage, id)).phase === ASSERTED;
    await mineUntil(stage, async () => (await asserted(cast.main)) && (await asserted(cast.other)));
    await goTo(stage, guest, cast.main);
    await told(guest);
    await phase(ada, "Result posted");
    await says(ada, /^\d(st|nd|rd|th) of \d+ · .* (behind the winner|ahead of the next)$/);
    assert.equal(await ada.page.locator(".podium figure").count(), 4);
    await ada.page.locator(".plot .bar").first().waitFor();
    await says(ada, "this is the ranking on-chain");
    await says(ada, "Small pictures are previews, made by this page's oracle.");
    await ada.page.locator(".board .line").first().click();
    await ada.page.waitForFunction(() => document.querySelectorAll(".detail img").length === 5);
    await says(ada, "Details and proof");
    await ada.page.locator(".proofs > summary").click();
    await ada.page
      .locator(".where", { hasText: /0x[0-9a-f]{64}.*siblings? up to the root/s })
      .waitFor();
    await button(ada, "Verify against the chain").click();
    await ada.page.locator(".checks .good").nth(3).waitFor();
    assert.equal(await ada.page.locator(".checks .bad").count(), 0);
    await shoot(ada, "posted");
    await accessible(ada);
    for (const player of [ben, cleo]) {
      await phase(player, "Result posted");
      await player.page.locator(".board .line").first().click();
      await player.page.waitForFunction(
        () => document.querySelectorAll(".detail img").length === 5,
      );
    }
    const badge = ben.page.locator(".board .winner, .board .mine");
    for (const box of await badge.evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect()),
    ))
      assert.ok(box.width > 0 && box.right < 390, "a badge is cut");
    const cut = await ben.page
      .locator(".board .who .small")
      .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    assert.equal(cut, 0, "a ticket's number is cut");
    await shoot(ben, "posted-phone");
    await shoot(cleo, "posted-dark");
    await accessible(cleo);
  });

  scene("an entry is compared with the target by a slider that the keyboard moves", async () => {
    const { ada } = cast;
    const slider = ada.page.getByRole("slider", { name: "Submission, laid over the target" });
    await slider.focus();
    await ada.page.keyboard.press("ArrowRight");
    assert.equal(await slider.getAttribute("aria-valuetext"), "51 % covered, 49 % target");
    await button(ada, /Where that differs/).click();
    await ada.page
      .getByRole("slider", { name: "Where that differs, laid over the target" })
      .waitFor();
    assert.equal(await ada.page.getByRole("slider").inputValue(), "51");
  });

  scene("an image that is like the target is remarked upon, with how alike", async () => {
    const { ada } = cast;
    await says(ada, /Remark, which decides nothing: .*\d+\.\d % those of the target/);
    await shoot(ada, "remarked");
  });

  scene("bytes that do not have their digest are never shown", async (stage) => {
    const visitor = await stage.enter({});
    let served = 0;
    await visitor.page.route("**/ipfs/**", async (route) => {
      const answer = await route.fetch({ maxRetries: 3 });
      const body = await answer.body();
      if (body.subarray(1, 4).toString() !== "PNG") return route.fulfill({ response: answer });
      served++;
      body[body.length - 20] = (body[body.length - 20] ?? 0) ^ 1;
      return route.fulfill({ response: answer, body });
    });
    await goTo(stage, visitor, cast.main);
    await says(visitor, "served other bytes");
    await visitor.page.locator(".board .line").first().click();
    await visitor.page
      .locator(".detail .frame", { hasText: "served other bytes" })
      .nth(3)
      .waitFor();
    await button(visitor, "Verify against the chain").click();
    await visitor.page.locator(".checks .bad", { hasText: "could not be fetched" }).waitFor();
    assert.ok(served > 3);
    assert.equal(await visitor.page.locator("main img.frame").count(), 0);
    await shoot(visitor, "wrong-bytes");
    await leave(visitor);
  });
}
