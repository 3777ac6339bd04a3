// Scenes while submissions are open.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { commit } from "../outsiders.ts";
import type { Player } from "../player.ts";
import {
  accessible,
  button,
  goTo,
  phase,
  type Stage,
  says,
  saysIn,
  scene,
  shoot,
} from "../stage.ts";
import { cast } from "./cast.ts";

export const panel = ({ page }: Player, ticket: number) =>
  page.locator(".panel", {
    has: page.getByRole("heading", { name: `Ticket ${ticket}`, exact: true }),
  });

export async function choose(stage: Stage, player: Player, ticket: number, image: string) {
  await panel(player, ticket)
    .locator("input[type=file]")
    .setInputFiles(`${stage.devnet.images}/${image}.png`);
  await panel(player, ticket).locator(".drop img").waitFor();
}

export async function commitOn(player: Player, ticket: number, name = "Commit this image") {
  await panel(player, ticket).getByRole("button", { name }).click();
  await saysIn(panel(player, ticket), "Committed. You can replace it");
}

async function download(player: Player, name: string): Promise<string> {
  const [file] = await Promise.all([
    player.page.waitForEvent("download"),
    button(player, name).first().click(),
  ]);
  return file.path();
}

/** Counts the moments in which the page says of a commitment that it is there and that it is waited for. */
function watchBoth(): void {
  const { dataset } = document.documentElement;
  dataset.both = "0";
  new MutationObserver(() => {
    const said = document.querySelector("main")?.textContent ?? "";
    if (said.includes("Committed.") && said.includes("Sent. Waiting"))
      dataset.both = String(Number(dataset.both) + 1);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}

export function committing(): void {
  scene(
    "an image is chosen, survives a reload, and is committed; a refused signature costs nothing",
    async (stage) => {
      const { ada } = cast;
      await stage.devnet.pass(3600);
      await phase(ada, "Open");
      await panel(ada, 1)
        .locator("input[type=file]")
        .setInputFiles({
          name: "notes.txt",
          mimeType: "text/plain",
          buffer: Buffer.from("not a picture"),
        });
      await says(ada, "not a picture that your browser can read");
      await choose(stage, ada, 1, "ada");
      await ada.page.reload();
      await panel(ada, 1).locator(".drop img").waitFor();
      ada.refuses.add("eth_signTypedData_v4");
      await panel(ada, 1).getByRole("button", { name: "Commit this image" }).click();
      await saysIn(panel(ada, 1), "Cancelled.");
      ada.refuses.clear();
      await ada.page.evaluate(watchBoth);
      await commitOn(ada, 1);
      assert.equal(await ada.page.evaluate(() => document.documentElement.dataset.both), "0");
      await choose(stage, ada, 2, "eve");
      await commitOn(ada, 2);
      await ada.page.reload();
      await saysIn(panel(ada, 2), "Committed. You can replace it");
      await button(ada, "Notify me here").first().click();
      await says(ada, "You will be notified");
      await shoot(ada, "open");
      await accessible(ada);
    },
  );

  scene(
    "players commit on a phone and in the dark, replace, and save files for later",
    async (stage) => {
      const { ben, cleo } = cast;
      for (const player of [ben, cleo]) await phase(player, "Open");
      await choose(stage, ben, 3, "ben");
      await shoot(ben, "choosing-phone");
      await commitOn(ben, 3);
      await shoot(ben, "open-phone");
      await accessible(ben);
      await choose(stage, cleo, 4, "dan");
      await commitOn(cleo, 4);
      await choose(stage, cleo, 4, "cleo");
      await panel(cleo, 4).getByRole("button", { name: "Replace the commitment" }).click();
      await panel(cleo, 4).getByText("Draft: not committed").waitFor({ state: "detached" });
      await saysIn(panel(cleo, 4), "A copy is stored");
      await shoot(cleo, "open-dark");
      assert.match(readFileSync(await download(cleo, "Calendar entry"), "utf8"), /BEGIN:VALARM/);
      cast.recoveryFile = await download(cleo, "Save recovery file");
      const file = JSON.parse(readFileSync(cast.recoveryFile, "utf8"));
      assert.equal(file.image_receipt.digest, file.image_digest);
      for (const outsider of cast.outsiders) await commit(stage, cast.other, outsider);
    },
  );

  scene("my tickets say what waits", async (stage) => {
    const { ada } = cast;
    await ada.page.goto(`${stage.devnet.page}#/tickets`);
    await ada.page.locator(".card").first().waitFor();
    await shoot(ada, "tickets");
    await accessible(ada);
    await goTo(stage, ada, cast.main);
  });
}
