// The first page: the day, then all competitions, those that run before those that are over.

import { nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { App } from "../app.ts";
import { type Competition, hasEnded } from "../chain/readCompetitions.ts";
import { byUrgency } from "../days/front.ts";
import { arrived } from "../loader.ts";
import { Note } from "../note.ts";
import { isOurs } from "../ours.ts";
import { addressOf, type Kind } from "../route.ts";
import { html, say } from "../words/html.ts";
import { localeNow } from "../words/language.ts";
import { aboutEth, left, plural, when } from "./format.ts";
import { front } from "./front.ts";
import { called } from "./name.ts";
import { near } from "./near.ts";
import { situation } from "./phases.ts";
import { strangerMark } from "./stranger.ts";
import { thumbnail } from "./thumbnail.ts";
import { unreadable } from "./unreadable.ts";
import { winnerOf } from "./winner.ts";

const KINDS = [
  ["all", "All", () => true],
  ["sale", "Tickets on sale", ({ phase }: Competition) => phase === "Selling"],
  ["open", "Open", ({ phase }: Competition) => ["Opening", "Open", "Revealing"].includes(phase)],
  ["mine", "Mine", (_: Competition, mine: boolean) => mine],
  ["over", "Over", hasEnded],
] as const;
const FILTERED_FROM = 7;
const withOthers = new Note<boolean>();

export function list(app: App, wanted: Kind) {
  const found = app.competitions;
  if (found === "loading" || "error" in found) return html`${front(app)}${unreadable(app)}`;
  const owned = new Set(app.tickets.map(({ id }) => id));
  const kind = KINDS.find(([name]) => name === wanted) ?? KINDS[0];
  const ours = found.value.filter((row) => isOurs(app, row) || owned.has(row.id));
  const all = withOthers.get(app) ? found.value : ours;
  const rows = all.filter((row) => kind[2](row, owned.has(row.id)));
  const running = rows.filter((row) => !hasEnded(row)).sort(byUrgency(app.clock.now));
  const past = rows.filter(hasEnded);
  return html`${front(app)}
    ${found.value.length < FILTERED_FROM ? nothing : filter(kind[0])}
    ${kind[0] === "over" ? nothing : group(app, "running", "Running", running, app.complete ? (kind[0] === "all" ? "No competition is running now." : "None.") : "Reading the chain…")}
    ${past.length || kind[0] === "over" ? group(app, "past", "Over", past, "None is over yet.") : nothing}
    ${app.complete ? nothing : html`<p class="small" role="status">Reading the others…</p>`}
    ${others(app, found.value.length - ours.length)}`;
}

/** Competitions of operators whom this page does not stand for are shown to who wants to see them. */
const others = (app: App, count: number) =>
  count
    ? html`<p class="small"><button class="quiet" aria-pressed=${withOthers.get(app) === true} @click=${() => withOthers.set(app, "", !withOthers.get(app))}>Show ${plural(count, "competition")} of other operators</button> Anyone can create one; this page does not stand for them.</p>`
    : nothing;

const filter = (
  chosen: Kind,
) => html`<div class="kinds" role="group" aria-label="Which competitions">
  ${KINDS.map(([name, words]) => html`<a class="button quiet" href=${addressOf(name)} aria-current=${name === chosen ? "true" : "false"}>${words}</a>`)}</div>`;

function group(app: App, id: string, title: string, rows: readonly Competition[], empty: string) {
  const part = near(id, rows.length);
  return html`<section><h2>${title} ${rows.length > 3 ? html`<span class="small num">${rows.length.toLocaleString(localeNow())}</span>` : nothing}</h2>
    ${
      rows.length
        ? html`<ul class="cards even" id=${id} .style=${part.room}>${repeat(
            rows.slice(part.first, part.end),
            ({ id }) => id,
            (row) => card(app, row),
          )}</ul>`
        : html`<p class="empty">${empty}</p>`
    }</section>`;
}

function card(app: App, row: Competition) {
  const { name, until } = situation(row, app.clock.now);
  const mine = app.tickets.filter(({ id }) => id === row.id).length;
  return html`<li><a class="card" href="#/c/${row.id}">
    <span class="row"><span class="phase ${row.phase}">${name}</span>
      ${isOurs(app, row) ? nothing : strangerMark()}
      ${mine ? html`<span class="mine">${plural(mine, "ticket")} of yours</span>` : nothing}</span>
    <strong>${called(app, row)}</strong>
    <span class="facts"><span><b>${aboutEth(row.pot)}</b> pot</span><span><b>${aboutEth(row.terms.ticketPrice)}</b> a ticket</span><span><b>${row.sold.toLocaleString(localeNow())}</b> of ${row.terms.maxTickets.toLocaleString(localeNow())} sold</span></span>
    <span class="until foot"><span>${until ? html`<span title=${when(until.at)}>${until.words} <b class="num">${left(until.at - app.clock.now)}</b></span>` : over(row)}</span>${pictures(app, row)}</span>
  </a></li>`;
}

/** The target, and beside it who came nearest. */
function pictures(app: App, row: Competition) {
  if (!row.openEnds) return nothing;
  const won = row.phase === "Final" ? arrived(winnerOf(app, row)) : undefined;
  return html`<span class="two-up">${thumbnail(app, row.targetDigest, "The target")}${won ? thumbnail(app, won.row.imageDigest, "The winner's image") : nothing}</span>`;
}

const over = (row: Competition): string =>
  row.phase === "Final"
    ? say`Won by ticket ${row.winnerTicket}`
    : row.phase === "Void"
      ? "Every ticket is refunded"
      : row.phase === "Asserted" || row.phase === "Resolved"
        ? "The winner can be paid"
        : "Can be voided, with every ticket refunded";
