// Scenes of the day: the front, the calendar, the hall of fame, and a player's own history.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { competitionOf, holderOf } from "../outsiders.ts";
import { configure, connectWallet, leave, type Player } from "../player.ts";
import { accessible, button, type Stage, says, saysIn, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";
const CARD = { artist: "NASA", licence: "Public domain", title: "Before the flight", year: "1999" };
const DAY_SECONDS = 86_400;

const dayOf = (number: number, opensAt: number, competition: number | null, state: string) => ({
  ...{ number, day: `2026-01-${String(number).padStart(2, "0")}`, state, competition },
  ...{ opens_at: opensAt, closes_at: opensAt + 3600, sale_begins_at: opensAt - 79_200 },
  card_digest: null as string | null,
});

/** A series as the daemon would tell it: `today` on sale, and the main competition the last. */
async function seriesOf(stage: Stage, today: number, artist: string) {
  const [sold, over] = [await competitionOf(stage, today), await competitionOf(stage, cast.main)];
  const card = JSON.stringify({ ...CARD, artist, target: over.targetDigest });
  const last = dayOf(1, over.terms.saleEnds, cast.main, "opened");
  const opens = sold.terms.saleEnds;
  const config = await (await fetch(`${stage.devnet.page}config.json`)).json();
  return {
    ...{ name: "Daily", chain_id: 31337, contract: config.contract, operator: sold.operator },
    today: dayOf(2, opens, today, "created"),
    coming: [3, 4, 5].map((number) =>
      dayOf(number, opens + (number - 2) * DAY_SECONDS, null, number === 4 ? "skipped" : "planned"),
    ),
    last: [{ ...last, card_digest: await stage.devnet.put(card) }],
  };
}

async function tell(player: Player, series: object): Promise<void> {
  await configure(player, { series: "./" });
  await player.page.route("**/series.json", (route) => route.fulfill({ json: series }));
}

async function fits({ page }: Player): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels wider than the screen`);
}

async function look(stage: Stage, player: Player, place: string, words: RegExp): Promise<void> {
  await player.page.goto(`${stage.devnet.page}#/${place}`);
  await says(player, words);
  await fits(player);
}

/** The calendar's month in which a competition opened or opens: near a month's end not today's. */
async function monthOf(stage: Stage, competition: number): Promise<string> {
  const { terms } = await competitionOf(stage, competition);
  const opens = new Date(terms.saleEnds * 1000);
  return `calendar/${opens.getFullYear()}-${String(opens.getMonth() + 1).padStart(2, "0")}`;
}

async function dayByDay(stage: Stage, today: number, name: string): Promise<void> {
  const visitor = await stage.enter({ dark: name === "-dark", phone: name === "-phone" });
  const artist = name === "-dark" ? HOSTILE : CARD.artist;
  await tell(visitor, await seriesOf(stage, today, artist));
  const { page } = visitor;
  await look(stage, visitor, "", /^Tomorrow$/);
  const large = page.locator(".today");
  await saysIn(large, /^Today$/);
  await saysIn(large, new RegExp(`^No\\. ${today} · `));
  await saysIn(large, "Sale ends in");
  await says(visitor, /^Won by 0x/);
  await says(visitor, CARD.title); // the card of the last, by its digest
  await says(visitor, `${artist}, 1999 · Public domain`);
  await saysIn(page.locator("#past"), CARD.title); // in the list as well
  await page.waitForFunction(() => document.querySelectorAll(".pair img").length >= 2);
  await shoot(visitor, `front${name}`);
  if (name !== "-dark") await accessible(visitor);
  await look(stage, visitor, await monthOf(stage, today), /^Calendar$/);
  await saysIn(page.locator(".day"), `No. ${today}`);
  assert.match(
    (await page.locator("a", { hasText: "iCalendar" }).getAttribute("href")) ?? "",
    /\/calendar\.ics$/,
  );
  await shoot(visitor, `calendar${name}`);
  await accessible(visitor);
  await look(stage, visitor, "fame", /\d winners? of \d+ competitions?/);
  await saysIn(page.locator(".fame li").first(), "ETH");
  await shoot(visitor, `fame${name}`);
  await accessible(visitor);
  await leave(visitor);
}

export function days(): void {
  scene("the front is the day, with tomorrow's, who won last, calendar and fame", async (stage) => {
    const today = await stage.create();
    await Promise.all(["", "-dark", "-phone"].map((name) => dayByDay(stage, today, name)));
  });

  scene("a daemon that tells nothing of its series takes nothing else away", async (stage) => {
    const visitor = await stage.enter({});
    await configure(visitor, { series: "./" });
    await visitor.page.route("**/series.json", (route) => route.fulfill({ status: 500, body: "" }));
    await look(stage, visitor, "", /^Now$/);
    await saysIn(visitor.page.locator(".today"), /^No\. \d+ · /);
    await says(visitor, /^Won by 0x/);
    // Of a day with many, not all are named.
    await look(stage, visitor, await monthOf(stage, cast.main), /^No\. \d+$/);
    await leave(visitor, /500/);
  });

  scene("a player sees what every competition cost, brought, and how it went", async (stage) => {
    const { winnerTicket } = await competitionOf(stage, cast.main);
    const account = await holderOf(stage, cast.main, winnerTicket);
    const player = await stage.enter({ account });
    await player.page.goto(`${stage.devnet.page}#/tickets`);
    await connectWallet(player);
    await says(player, "Your history");
    await says(player, /^won 0\.\d+ ETH$/);
    await says(player, /^1st of \d+$/);
    await shoot(player, "history");
    await accessible(player);
    await leave(player);
  });

  scene(
    "a shared address leads to the competition, and has a picture of its result",
    async (stage) => {
      const visitor = await stage.enter({});
      const { page } = visitor;
      const address = `${stage.devnet.page}c/${cast.main}`;
      await page.goto(address);
      await page.locator(".head h1", { hasText: `No. ${cast.main} · ` }).waitFor();
      assert.equal(new URL(page.url()).hash, `#/c/${cast.main}`);
      await button(visitor, "Share this result").click();
      await says(visitor, "The address is copied.");
      const picture = await page.request.get(`${address}.png`);
      assert.equal(picture.headers()["content-type"], "image/png");
      writeFileSync(new URL("../out/share.png", import.meta.url), await picture.body());
      await leave(visitor);
    },
  );
}
