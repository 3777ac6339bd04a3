// A whole visit by Tab, Enter and typing alone.
import { at } from "../../src/at.ts";
import { leave, type Player } from "../player.ts";
import { says, scene, shoot } from "../stage.ts";

const MOST_TABS = 60;

/** Presses Tab until what has the focus is named so, once it is there. */
async function tabTo({ page }: Player, name: string): Promise<void> {
  await page.waitForFunction(
    (words) =>
      [...document.querySelectorAll("a, button:enabled, summary, label")].some((element) =>
        element.textContent?.includes(words),
      ),
    name,
  );
  for (let presses = 0; presses < MOST_TABS; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      if (!element?.matches("a, button, summary, input")) return "";
      return `${element.textContent} ${element.labels?.[0]?.textContent ?? ""}`;
    });
    if (focused.includes(name)) return;
  }
  throw new Error(`Tab does not reach "${name}"`);
}

async function press(player: Player, name: string): Promise<void> {
  await tabTo(player, name);
  await player.page.keyboard.press("Enter");
}

async function commitByKeyboard(player: Player): Promise<void> {
  await tabTo(player, "Choose an image");
  await player.page.keyboard.press("Enter");
  await player.page.locator(".drop img").waitFor();
  await press(player, "Commit this image");
  await says(player, "Committed. You can replace it");
}

export function keyboard(): void {
  scene(
    "a player buys, commits, reveals and is refunded with the keyboard alone",
    async (stage) => {
      const id = await stage.create();
      const player = await stage.enter({ account: at(stage.accounts, 4) });
      const { page } = player;
      await page.goto(stage.devnet.page);
      // Listened for long before it opens: a chooser that nobody waits for yet is dropped.
      page.on("filechooser", (chooser) => chooser.setFiles(`${stage.devnet.images}/ada.png`));
      await press(player, `No. ${id} · `);
      await press(player, "Connect wallet");
      await press(player, "Wallet 15d3");
      await press(player, "Buy a ticket");
      await page.getByRole("heading", { name: "Ticket 1" }).waitFor();
      await stage.devnet.pass(3600);
      await says(player, "Choose your image.");
      await commitByKeyboard(player);
      await shoot(player, "keyboard-open");
      await stage.devnet.pass(3600);
      await press(player, "Reveal my image");
      await says(player, "Revealed. Your image will be judged.");
      // Alone in a competition that wants two: it is voided, and the ticket refunded.
      await stage.devnet.pass(1800);
      await press(player, "Void the competition");
      await says(player, "The reason: too few images were revealed");
      await press(player, "Refund 0.01 ETH");
      await says(player, /^Refunded\.$/);
      await leave(player);
    },
  );
}
