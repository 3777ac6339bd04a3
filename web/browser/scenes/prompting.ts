// Scenes of a competition with a studio: a whole round by typing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { at } from "../../src/at.ts";
import { competitionOf } from "../outsiders.ts";
import { connectWallet, leave, type Player } from "../player.ts";
import {
  accessible,
  button,
  goTo,
  mineUntil,
  phase,
  type Stage,
  says,
  saysIn,
  scene,
  shoot,
} from "../stage.ts";
import { cast } from "./cast.ts";
import { panel } from "./committing.ts";

const [ASSERTED, FINAL] = [7, 10]; // ICompetition.Phase
const LIMIT = 12;
/** The browser's own word on an answer that is no success, or on none. */
const REFUSED = /Failed to load resource/;

let id = 0;
let kay: Player;
let lou: Player;
let recoveryFile = "";

const box = ({ page }: Player) => page.locator(".ask textarea");
const tiles = ({ page }: Player) => page.locator("button.tile");
const left = (player: Player, count: number) =>
  player.page.locator(".meter b", { hasText: `${count} of ${LIMIT}` }).waitFor();

async function openStudio(player: Player): Promise<void> {
  await button(player, "Open the studio").click();
  await box(player).waitFor();
}

/** As by a heavy hand: the key repeats, for longer than an image takes. */
async function holdEnter({ page }: Player): Promise<void> {
  for (let repeats = 0; repeats < 40; repeats++) {
    await page.keyboard.down("Enter");
    await page.waitForTimeout(33);
  }
  await page.keyboard.up("Enter");
}

/** Types a prompt and waits for its image, the `count`-th of the ticket. */
async function draw(
  player: Player,
  words: string,
  count: number,
  send = ({ page }: Player) => page.keyboard.press("Enter"),
): Promise<void> {
  await box(player).fill(words);
  await send(player);
  await tiles(player)
    .nth(count - 1)
    .waitFor();
  await tiles(player)
    .locator("img")
    .nth(count - 1)
    .waitFor();
}

const PROMPTS = [
  "a house",
  "a red house on a green hill",
  "a red house on a green hill, blue sky, a yellow sun at the top right",
];

async function enterRound(stage: Stage): Promise<void> {
  id = await stage.create({ studio: stage.devnet.studio, prompts: LIMIT });
  kay = await stage.enter({ account: at(stage.accounts, 2) });
  lou = await stage.enter({ account: at(stage.accounts, 3), phone: true, dark: true });
  for (const player of [kay, lou]) {
    await goTo(stage, player, id);
    await connectWallet(player);
    await button(player, "Buy a ticket").click();
    await player.page.getByRole("heading", { name: /^Ticket \d/ }).waitFor();
  }
  await shoot(kay, "studio-selling");
  await stage.devnet.pass(3600);
  for (const player of [kay, lou]) await phase(player, "Open");
}

export function prompting(): void {
  scene("players open the studio by one signature, type, and see images come", async (stage) => {
    await enterRound(stage);
    kay.refuses.add("eth_signTypedData_v4");
    await button(kay, "Open the studio").click();
    await says(kay, "Cancelled.");
    kay.refuses.clear();
    await shoot(kay, "studio-door");
    await openStudio(kay);
    await left(kay, LIMIT);
    await shoot(kay, "studio-empty");
    await accessible(kay);
    for (const [i, words] of PROMPTS.entries()) await draw(kay, words, i + 1, holdEnter);
    await left(kay, LIMIT - 3);
    await kay.page.getByRole("slider", { name: "Image 3, laid over the target" }).waitFor();
    await shoot(kay, "studio-bench");
    await accessible(kay);
    await openStudio(lou);
    await draw(lou, "a blue boat on the sea, sunset", 1);
    await shoot(lou, "studio-bench-phone-dark");
    await accessible(lou);
  });

  scene("what the studio refuses is said in plain words, and not counted", async () => {
    for (const [words, said] of [
      ["https://example.org/target.png", "The prompt holds an address."],
      ["like target.png", "The prompt names a file."],
      ["x".repeat(60), "letters without a space"],
      ["\u200b\u200b \u200b", "The prompt is empty."],
    ] as const) {
      await box(kay).fill(words);
      await button(kay, "Make the image").click();
      await saysIn(kay.page.locator(".ask"), said);
    }
    await box(kay).fill("house ".repeat(300));
    await says(kay, "1800 of 1000 letters");
    await shoot(kay, "studio-refused");
    await accessible(kay);
    await box(kay).fill("a red house");
    await left(kay, LIMIT - 3);
  });
}

export function committingPrompts(): void {
  scene(
    "two tabs and another device show the same images, and share what is left",
    async (stage) => {
      const tab = { ...kay, page: await kay.context.newPage() };
      await goTo(stage, tab, id);
      await tiles(tab).nth(2).waitFor(); // no second signature
      await draw(tab, "a red house on a green hill, three trees", 4);
      await tiles(kay).nth(3).waitFor();
      await left(kay, LIMIT - 4);
      // The same words again are another image.
      await draw(kay, "a red house on a green hill, three trees", 5);
      await left(tab, LIMIT - 5);
      await tab.page.close();
      await kay.page.reload();
      await tiles(kay).locator("img").nth(4).waitFor();
      await left(kay, LIMIT - 5);

      const other = await stage.enter({ account: kay.account as never, phone: true });
      await goTo(stage, other, id);
      await connectWallet(other);
      await openStudio(other);
      await tiles(other).locator("img").nth(4).waitFor();
      await left(other, LIMIT - 5);
      await shoot(other, "studio-phone");
      await leave(other);
    },
  );

  scene("an image is picked by keyboard, compared, committed, and replaced", async () => {
    const { page } = kay;
    await tiles(kay).first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const slider = page.getByRole("slider", { name: "Image 4, laid over the target" });
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await slider.getAttribute("aria-valuetext"), "51 % covered, 49 % target");
    await button(kay, "Commit this image").click();
    await saysIn(panel(kay, 1), "Committed. You can replace it");
    await says(kay, "✓ This image is committed.");
    await tiles(kay).filter({ hasText: "a yellow sun" }).click();
    await button(kay, "Commit this one instead").click();
    await tiles(kay).filter({ hasText: "committed" }).filter({ hasText: "a yellow sun" }).waitFor();
    await says(kay, "✓ This image is committed.");
    await button(kay, "Change these words").click();
    assert.match(await box(kay).inputValue(), /a yellow sun/);
    await shoot(kay, "studio-committed");
    await accessible(kay);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      button(kay, "Save recovery file").click(),
    ]);
    recoveryFile = await file.path();
    const kept = JSON.parse(readFileSync(recoveryFile, "utf8"));
    assert.equal(kept.studio_receipt.prompt_index, 2);
    assert.ok(kept.image_base64.length > 1000);
  });

  scene(
    "a studio that is down takes nothing away: what is there can be committed",
    async (stage) => {
      await lou.page.getByRole("slider", { name: "Image 1, laid over the target" }).waitFor();
      await stage.devnet.stopStudio();
      await says(lou, /does not answer/);
      await box(lou).fill("a green boat");
      await button(lou, "Make the image").click();
      await says(lou, "Your words are kept. Press the button again");
      await shoot(lou, "studio-down-phone-dark");
      await button(lou, "Commit this image").click();
      await saysIn(panel(lou, 2), "Committed. You can replace it");
      await lou.page.reload();
      await saysIn(panel(lou, 2), "Below is what it said last.");
      await tiles(lou).locator("img").first().waitFor();
      assert.equal(await box(lou).inputValue(), "a green boat");
      await stage.devnet.startStudio();
      await button(lou, "Make the image").click();
      await tiles(lou).locator("img").nth(1).waitFor();
      await left(lou, LIMIT - 2);
    },
  );

  scene("a lying studio is found out before anything is committed", async (stage) => {
    const victim = await stage.enter({ account: kay.account as never });
    const { page } = victim;
    await page.route("**/studio/images/**", async (route) => {
      const answer = await route.fetch({ maxRetries: 3 });
      const body = await answer.body();
      body[body.length - 20] = (body[body.length - 20] ?? 0) ^ 1;
      return route.fulfill({ response: answer, body });
    });
    await page.route("**/studio/events", (route) => route.abort());
    await page.route("**/studio/prompts", async (route) => {
      const answer = await route.fetch({ maxRetries: 3 });
      const body = await answer.json();
      // Signed, but for the image before.
      body.prompts[1].studio_signature = body.prompts[0].studio_signature;
      return route.fulfill({ response: answer, json: body });
    });
    await goTo(stage, victim, id);
    await connectWallet(victim);
    await openStudio(victim);
    await saysIn(tiles(victim).first(), "The studio sent another image than the one it lists.");
    await tiles(victim).nth(3).click();
    await says(victim, "not signed by the competition's studio");
    await saysIn(tiles(victim).nth(3), "no receipt");
    assert.equal(await button(victim, /^Commit/).count(), 0);
    await shoot(victim, "studio-lying");
    await accessible(victim);
    await leave(victim, REFUSED);
  });
}

export function revealingPrompts(): void {
  scene(
    "a fresh browser reveals with the studio's receipt, a stranger with the file",
    async (stage) => {
      await stage.devnet.pass(3600);
      const fresh = await stage.enter({ account: lou.account as never, phone: true });
      await goTo(stage, fresh, id);
      await phase(fresh, "Revealing");
      await connectWallet(fresh);
      await says(fresh, "The secret is not in this browser.");
      await button(fresh, "Reveal my image").click();
      await says(fresh, "Revealed. Your image will be judged.");
      // Everybody's page asks for an image as soon as it is revealed; the studio shows it a moment later.
      await leave(fresh, REFUSED);

      const stranger = await stage.enter({ account: at(stage.accounts, 4) });
      await stranger.page.goto(`${stage.devnet.page}#/tickets`);
      await stranger.page.setInputFiles("#recovery", recoveryFile);
      await stranger.page
        .getByRole("heading", { name: "Ticket 1 from your recovery file" })
        .waitFor();
      await connectWallet(stranger);
      await button(stranger, "Reveal my image").click();
      await says(stranger, "Revealed. Your image will be judged.");
      await leave(stranger, REFUSED);
      await says(kay, "Revealed. Your image will be judged.");
      await kay.page.getByText("Your images").click();
      await tiles(kay).locator("img").nth(4).waitFor();
      await shoot(kay, "studio-revealed");
      await accessible(kay);
    },
  );

  scene("after the result the page tells how they did it, from the checked log", async (stage) => {
    await stage.devnet.pass(1800);
    const inPhase = async (wanted: number) => (await competitionOf(stage, id)).phase === wanted;
    await mineUntil(stage, () => inPhase(ASSERTED));
    await says(kay, "The words behind these images become public");
    await stage.devnet.pass(3600);
    await mineUntil(stage, () => inPhase(FINAL));
    await phase(kay, "Final");
    await says(kay, "The studio signed this log of 7 prompts, and its chain is unbroken.");
    const story = kay.page.locator(".stories li").filter({ hasText: "ticket 1" });
    await saysIn(story.locator("blockquote"), /a yellow sun at the top right/);
    await saysIn(story, "Prompt 3 of the 5 that this ticket used.");
    await story.getByText("The way there").click();
    assert.equal(await story.locator(".way li").count(), 5);
    await shoot(kay, "studio-told");
    await accessible(kay);
    await lou.page.reload();
    await says(lou, "its chain is unbroken");
    await shoot(lou, "studio-told-phone-dark");
    await leave(kay, REFUSED);
    await leave(lou, REFUSED);
    cast.main = id;
  });
}
