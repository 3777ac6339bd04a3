// Scenes of drafts: what is chosen and what is committed are two things, and no server is in between.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { at } from "../../src/at.ts";
import { buy } from "../outsiders.ts";
import { configure, connectWallet, leave } from "../player.ts";
import { accessible, goTo, phase, type Stage, says, saysIn, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";
import { choose, commitOn, panel } from "./committing.ts";

/** What a picture on the page shows, in few pixels. */
const looksOf = (picture: Locator): Promise<string> =>
  picture.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) throw new Error("not a picture");
    await element.decode();
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 16;
    canvas.getContext("2d")?.drawImage(element, 0, 0, 16, 16);
    return canvas.toDataURL();
  });

/** Ada, with images on two tickets, and Ben with an empty one on his phone, while submissions are open. */
async function comeToPlay(stage: Stage): Promise<void> {
  const [a, b] = [at(stage.accounts, 1), at(stage.accounts, 2)];
  cast.main = await stage.create();
  for (const [i, account] of [a, a, b].entries())
    await buy(stage, cast.main, account, "ada", i + 1);
  await stage.devnet.pass(3600);
  cast.ada = await stage.enter({ account: a });
  cast.ben = await stage.enter({ account: b, announced: false, phone: true });
  for (const player of [cast.ada, cast.ben]) {
    await goTo(stage, player, cast.main);
    await connectWallet(player);
    await phase(player, "Open");
  }
  for (const [ticket, image] of [
    [1, "ada"],
    [2, "eve"],
  ] as const) {
    await choose(stage, cast.ada, ticket, image);
    await commitOn(cast.ada, ticket);
  }
}

export function drafts(): void {
  scene("a draft is never taken for what is committed, in two tabs either", async (stage) => {
    await comeToPlay(stage);
    const { ada } = cast;
    const other = { ...ada, page: await ada.context.newPage() };
    await goTo(stage, other, cast.main);
    const eve = await looksOf(panel(ada, 2).locator(".committed img"));
    await choose(stage, ada, 2, "target");
    await saysIn(panel(ada, 2), "This is the target itself.");
    await choose(stage, ada, 2, "ada");
    await saysIn(panel(ada, 2), "This image stands on your ticket 1 already.");
    await choose(stage, ada, 2, "dan");
    await panel(ada, 2).getByText("This image stands on").waitFor({ state: "detached" });
    await saysIn(panel(ada, 2), "Draft: not committed");
    const dan = await looksOf(panel(ada, 2).locator(".drop img"));
    assert.notEqual(dan, eve);
    assert.equal(await looksOf(panel(ada, 2).locator(".committed img")), eve);
    assert.equal(await panel(ada, 2).getByText("Done.").count(), 0);
    await shoot(ada, "draft");
    await accessible(ada);

    await choose(stage, other, 2, "cleo");
    await panel(other, 2).getByRole("button", { name: "Replace the commitment" }).click();
    await panel(other, 2).getByText("Draft: not committed").waitFor({ state: "detached" });
    const cleo = await looksOf(panel(other, 2).locator(".committed img"));
    assert.ok(![dan, eve].includes(cleo));
    // The first tab follows the chain, and keeps its draft.
    for (
      let tries = 0;
      (await looksOf(panel(ada, 2).locator(".committed img"))) !== cleo;
      tries++
    ) {
      assert.ok(tries < 60, "the other tab does not show what was committed");
      await ada.page.waitForTimeout(500);
    }
    assert.equal(await looksOf(panel(ada, 2).locator(".drop img")), dan);
    await other.page.close();
  });

  scene(
    "a player commits while the operator's server is silent, and the copy follows",
    async (stage) => {
      const { ben } = cast;
      await configure(ben, { stores: ["./second"] });
      await ben.page.reload();
      let isUp = false;
      // Taken, and never answered. The page waits for a tenth of the time that it gives a server.
      await ben.page.route("**/images", async (route) => {
        if (!isUp || !route.request().url().includes("/second/")) return;
        const url = new URL("images", stage.devnet.page).href;
        await route.fulfill({ response: await route.fetch({ url }) });
      });
      await ben.page.evaluate(() => {
        const patient = AbortSignal.timeout;
        AbortSignal.timeout = (ms) => patient.call(AbortSignal, ms / 10);
      });
      await choose(stage, ben, 3, "finn");
      await panel(ben, 3).getByRole("button", { name: "Commit this image" }).click();
      await saysIn(panel(ben, 3), "Committed. You can replace it");
      await saysIn(panel(ben, 3), "No copy is stored yet");
      await shoot(ben, "no-copy-phone");
      isUp = true; // another store's; the operator's stays silent
      // Unless the page has tried again by itself meanwhile.
      const again = panel(ben, 3).getByRole("button", { name: "Try now" });
      await again.click({ timeout: 2000 }).catch(() => undefined);
      await saysIn(panel(ben, 3), "A copy is stored");
      await leave(ben);
    },
  );

  scene(
    "an image that finds no room in the browser is committed, and its copy stored",
    async (stage) => {
      const full = await stage.enter({ account: cast.ben.account });
      const devtools = await full.context.newCDPSession(full.page);
      // Before the page's first write: Chromium believes for a while what room it has once found.
      const { origin } = new URL(stage.devnet.page);
      await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1000 });
      await goTo(stage, full, cast.main);
      await connectWallet(full);
      await choose(stage, full, 3, "hana");
      await panel(full, 3).getByRole("button", { name: "Replace the commitment" }).click();
      await panel(full, 3).getByText("Draft: not committed").waitFor({ state: "detached" });
      await panel(full, 3).locator(".committed img").waitFor();
      await saysIn(panel(full, 3), "A copy is stored");
      await leave(full);
    },
  );

  scene(
    "a picture is dropped or pasted anywhere in its panel, and never opened instead of the page",
    async (stage) => {
      const visitor = await stage.enter({ account: cast.ada.account });
      await goTo(stage, visitor, cast.main);
      await visitor.page.locator("summary", { hasText: "Connect wallet" }).click();
      await visitor.page.locator(".menu button").first().click();
      const heading = panel(visitor, 1).getByRole("heading", { name: "Ticket 1" });
      await heading.waitFor();
      const give = (target: Locator, kind: "drop" | "paste", name: string) =>
        target.evaluate(
          async (element, [kind, name]) => {
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 600;
            const context = canvas.getContext("2d");
            if (context) context.fillStyle = name;
            context?.fillRect(0, 0, 600, 300);
            const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
            const data = new DataTransfer();
            data.items.add(new File([blob ?? ""], "picture.png", { type: "image/png" }));
            const options = { bubbles: true, cancelable: true };
            element.dispatchEvent(
              kind === "drop"
                ? new DragEvent("drop", { ...options, dataTransfer: data })
                : new ClipboardEvent("paste", { ...options, clipboardData: data }),
            );
          },
          [kind, name] as const,
        );
      await give(heading, "drop", "red");
      const dropped = await looksOf(panel(visitor, 1).locator(".drop img"));
      // Another part of it, with the keys: of the upper, red half there is less when it is zoomed and moved.
      await panel(visitor, 1).getByLabel("Zoom").press("End");
      await panel(visitor, 1).getByLabel("Top to bottom").press("End");
      await visitor.page.waitForFunction(
        (before) => document.querySelector(".drop img")?.getAttribute("src") !== before,
        await panel(visitor, 1).locator(".drop img").getAttribute("src"),
      );
      assert.notEqual(await looksOf(panel(visitor, 1).locator(".drop img")), dropped);
      await shoot(visitor, "cropping");
      await accessible(visitor);
      // With nothing focused a paste goes to the document's body; the pointer says what is meant.
      await heading.hover();
      const before = await panel(visitor, 1).locator(".drop img").getAttribute("src");
      await give(visitor.page.locator("body"), "paste", "blue");
      await visitor.page.waitForFunction(
        (before) => document.querySelector(".drop img")?.getAttribute("src") !== before,
        before,
      );
      assert.notEqual(await looksOf(panel(visitor, 1).locator(".drop img")), dropped);
      // Beside every zone: nothing happens, and the page stays.
      await give(visitor.page.locator("footer"), "drop", "green");
      await says(visitor, "Ticket 1");
      await leave(visitor);
    },
  );

  scene("a damaged picture is refused before anything is signed", async (stage) => {
    const { ada } = cast;
    const before = ada.asked.length;
    const buffer = readFileSync(`${stage.devnet.images}/ada.png`);
    buffer[100] = (buffer[100] ?? 0) ^ 255;
    await panel(ada, 1)
      .locator("input[type=file]")
      .setInputFiles({ name: "broken.png", mimeType: "image/png", buffer });
    await saysIn(panel(ada, 1), "This PNG file is damaged: it has a wrong CRC");
    assert.ok(!ada.asked.slice(before).includes("eth_signTypedData_v4"));
  });

  scene("a picture that the browser cannot read is prepared by the oracle", async (stage) => {
    const { ada } = cast;
    const zone = panel(ada, 1);
    await zone.locator("input[type=file]").setInputFiles(`${stage.devnet.images}/jude.png`);
    await saysIn(zone, "not a picture that your browser can read");
    await zone.getByRole("button", { name: "Let the oracle prepare it" }).click();
    await zone.locator(".drop img").waitFor();
    assert.equal(await zone.getByText("not a picture that").count(), 0);
    await accessible(ada);
    await leave(ada);
  });
}
