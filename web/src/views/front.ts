// The front: the day's competition large with its countdown, the next one, and the last that were won.

import { nothing } from "lit-html";
import { getAddress } from "viem";
import type { App } from "../app.ts";
import type { SeriesDay } from "../border/series.ts";
import { type Competition, hasEnded, type Phase } from "../chain/readCompetitions.ts";
import { type Front, frontOf } from "../days/front.ts";
import { knownSeries } from "../days/series.ts";
import { arrived } from "../loader.ts";
import { isOurs } from "../ours.ts";
import { readable } from "../ranking/score.ts";
import { html } from "../words/html.ts";
import { localeNow } from "../words/language.ts";
import { art } from "./art.ts";
import { aboutEth, dateOf, left, short, when } from "./format.ts";
import { about, nameOf } from "./name.ts";
import { part } from "./part.ts";
import { situation } from "./phases.ts";
import { picture } from "./picture.ts";
import { aboutThumbnails, thumbnail } from "./thumbnail.ts";
import { winnerOf } from "./winner.ts";

export function front(app: App) {
  const found = app.competitions;
  if (found === "loading") return waiting();
  const known = knownSeries(app);
  const day = frontOf(
    "error" in found ? [] : found.value.filter((c) => isOurs(app, c)),
    known,
    app.clock.now,
  );
  const large = day.now
    ? today(app, day, day.now)
    : app.complete || "error" in found
      ? html`${hero()}${day.day ? noneToday(app, day.day) : nothing}`
      : waiting();
  return html`${large}
    ${day.next ? part("The next day", () => next(app, day)) : app.config.series && !known ? html`<div class="next"></div>` : nothing}
    ${day.last.length ? part("The last winners", () => last(app, day.last)) : nothing}`;
}

const pitch =
  () => html`Buy a ticket, recreate the target when it opens, and get judged by numbers that anyone can recompute.
  80 % of all tickets goes to the winner. <a href="#/how">How it works</a>`;

const hero =
  () => html`<section class="hero"><div><h1>One hidden picture.<br />The closest image wins.</h1>
  <p>${pitch()}</p></div>${art}</section>`;

/** Room for the day until it is known, so that nothing jumps. */
const waiting = () => html`<section class="today"><div class="frame"></div>
  <div class="side"><h1>One hidden picture. The closest image wins.</h1><p class="lead">${pitch()}</p></div></section>`;

/** What is to be done by who has a ticket; everybody can buy one and look. */
const DO: Partial<Record<Phase, string>> = { Open: "Play", Revealing: "Reveal your image" };

function way(app: App, c: Competition): string {
  if (c.phase === "Selling") return "Buy a ticket";
  const own = app.tickets.some(({ id }) => id === c.id) ? DO[c.phase] : undefined;
  return own ?? (hasEnded(c) || c.phase === "Asserted" ? "See the result" : "Look at it");
}

function today(app: App, day: Front<Competition>, c: Competition) {
  const { name, sentence, until } = situation(c, app.clock.now);
  const isToday = day.day !== null && day.day.competition === c.id;
  return html`<section class="today">
    <a class="picture" href="#/c/${c.id}" tabindex="-1" aria-hidden="true">${c.openEnds ? picture(app, c.targetDigest, "The target") : sealed()}</a>
    <div class="side"><p class="row"><span class="kicker">${isToday ? "Today" : "Now"}</span><span class="phase ${c.phase}">${name}</span></p>
      <h1><a href="#/c/${c.id}">${nameOf(c)}</a></h1>${about(app, c)}
      <p class="lead">${sentence}</p>
      ${until ? html`<p class="clock large" title=${when(until.at)}><span>${until.words}</span><b class="num">${left(until.at - app.clock.now)}</b></p>` : nothing}
      <p class="facts"><span><b>${aboutEth(c.pot)}</b> pot</span><span><b>${aboutEth(c.terms.ticketPrice)}</b> a ticket</span><span><b>${c.sold.toLocaleString(localeNow())}</b> of ${c.terms.maxTickets.toLocaleString(localeNow())} sold</span></p>
      <p><a class="button" href="#/c/${c.id}">${way(app, c)}</a></p>
      <p class="small"><strong>One hidden picture. The closest image wins.</strong> ${pitch()}</p></div></section>`;
}

const sealed = () =>
  html`<span class="frame sealed"><img src="./seal.svg" alt="" width="72" height="72" /><strong>Sealed target</strong></span>`;

/** Why there is none today, as far as that is anybody's business. */
const NONE: Readonly<Record<string, string>> = {
  skipped: "There is no competition today.",
  missed: "There was no competition today.",
  voided: "Today's target was not opened; every ticket is refunded.",
};

function noneToday(app: App, { state, opensAt, saleBeginsAt }: SeriesDay) {
  const said = Object.hasOwn(NONE, state) ? NONE[state] : undefined;
  const now = app.clock.now;
  return html`<p class="next"><span class="kicker">Today</span> ${
    said ??
    (now < saleBeginsAt
      ? html`Tickets are sold in <b class="num">${left(saleBeginsAt - now)}</b>`
      : html`The target opens in <b class="num">${left(opensAt - now)}</b>`)
  }</p>`;
}

function next(app: App, { next }: Front<Competition>) {
  if (!next) return nothing;
  const { day, c } = next;
  const now = app.clock.now;
  const isSoon = day.opensAt - now < 2 * 86_400;
  const what =
    day.state === "skipped"
      ? html`<span>There is no competition on ${dateOf(day.opensAt)}.</span>`
      : c
        ? html`<a href="#/c/${c.id}">${nameOf(c)}</a><span>${situation(c, now).name}, opens in <b class="num">${left(day.opensAt - now)}</b></span>`
        : html`<span title=${when(day.opensAt)}>${dateOf(day.opensAt)}</span><span>${
            now < day.saleBeginsAt
              ? html`tickets in <b class="num">${left(day.saleBeginsAt - now)}</b>, `
              : nothing
          }opens in <b class="num">${left(day.opensAt - now)}</b></span>`;
  return html`<p class="next"><span class="kicker">${isSoon ? "Tomorrow" : "Next"}</span> ${what}
    <a class="small" href="#/calendar">Calendar</a></p>`;
}

const last = (app: App, all: readonly Competition[]) =>
  html`<section><h2>The last winners</h2><ul class="cards pairs">${all.map((c) => html`<li>${part("This result", () => pair(app, c))}</li>`)}</ul>
    <p class="small"><a href="#/fame">Hall of fame</a></p>${aboutThumbnails(app)}</section>`;

/** A target beside the image that came nearest. */
function pair(app: App, c: Competition) {
  const found = arrived(winnerOf(app, c));
  return html`<a class="card" href="#/c/${c.id}">
    <span class="pair">${thumbnail(app, c.targetDigest, "The target", 256)}${found ? thumbnail(app, found.row.imageDigest, "The winner's image", 256) : html`<span class="thumb"></span>`}<span>Target</span><span>Winner</span></span>
    <strong>${nameOf(c)}</strong>${about(app, c)}
    <span class="small">${found ? html`Won by <span class="mono">${short(getAddress(found.row.player))}</span>, distance <b class="num">${readable(found.judge, found.row.score)}</b>` : html`Won by ticket ${c.winnerTicket}`}</span></a>`;
}
