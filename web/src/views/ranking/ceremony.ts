// The ranking told from last to first: pictures in the order of their tickets, each given its place in turn.

import { nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { App } from "../../app.ts";
import { endWaiting } from "../../awaited.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { Note } from "../../note.ts";
import type { Bundle, Row } from "../../ranking/bundle.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { placeOf } from "../../ranking/place.ts";
import { readable } from "../../ranking/score.ts";
import { html, say } from "../../words/html.ts";
import { localeNow } from "../../words/language.ts";
import { thumbnail } from "../thumbnail.ts";

/** Told one by one; what is ranked behind them is told at once. */
const MOST_TOLD = 24;
const LAST_SECONDS = 1.9;
const FIRST_SECONDS = 0.5;

/** How many entries are told already; "over" when the rest is to be seen at once. */
const told = new Note<number | "over">();

const nameOf = (c: Competition): string => `${c.id}:${c.bundleDigest}`;
const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Whether the ranking is being told now, so that nothing else gives away its end. */
export function isTelling(app: App, c: Competition): boolean {
  const state = told.get(app, nameOf(c));
  if (state !== undefined) return state !== "over";
  if (c.phase === "Void" || !endWaiting(app, c) || still()) return false;
  told.keep(app, nameOf(c), 0);
  return true;
}

/** A button that tells it again, where motion is wanted. */
export const again = (app: App, c: Competition) =>
  still()
    ? nothing
    : html`<button class="quiet" @click=${() => told.set(app, nameOf(c), 0)}>Watch it from last to first</button>`;

const timers = new Note<number>();

/** The next entry after a while: the nearer to the first, the longer. */
function goOn(app: App, c: Competition, done: number, count: number): void {
  const name = nameOf(c);
  if (timers.get(app, name) === done) return;
  timers.keep(app, name, done);
  const share = count > 1 ? done / (count - 1) : 1;
  if (!done) requestAnimationFrame(intoView);
  const seconds = FIRST_SECONDS + (LAST_SECONDS - FIRST_SECONDS) * share ** 2;
  setTimeout(() => {
    timers.keep(app, name, undefined);
    if (told.get(app, name) === done) told.set(app, name, done < count ? done + 1 : "over");
  }, seconds * 1000);
}

const intoView = (): void =>
  document.querySelector(".ceremony")?.scrollIntoView({ behavior: "smooth", block: "center" });

export function ceremony(app: App, c: Competition, { rows, judge }: Bundle) {
  const state = told.get(app, nameOf(c));
  const done = typeof state === "number" ? state : 0;
  const shown = rows.slice(0, MOST_TOLD);
  goOn(app, c, done, shown.length);
  const now = done ? shown[shown.length - done] : undefined;
  const byTicket = [...shown].sort((a, b) => a.ticketId - b.ticketId);
  const isOut = (row: Row) => shown.indexOf(row) > shown.length - 1 - done;
  const skip = () => told.set(app, nameOf(c), "over");
  return html`<div class="ceremony">
    <div class="spot" role="status">${now ? spot(app, c, now, judge) : html`<p class="lead">${rows.length > MOST_TOLD ? say`The best ${MOST_TOLD} of ${rows.length.toLocaleString(localeNow())}, from the last to the first.` : "From the last to the first."}</p>`}</div>
    <ul class="wall">${repeat(
      byTicket,
      ({ ticketId }) => ticketId,
      (row) =>
        html`<li class="${row === now ? "now" : isOut(row) ? "out" : ""}">${thumbnail(app, row.imageDigest, "", 256)}${isOut(row) ? html`<b class="num">${row.rank}</b>` : nothing}</li>`,
    )}</ul>
    <button class="quiet" @click=${skip}>Skip to the result</button></div>`;
}

/** Beside the target: one sees why. */
const spot = (app: App, c: Competition, row: Row, judge: string) =>
  html`<span class="pair">${thumbnail(app, c.targetDigest, "The target", 256)}${thumbnail(app, row.imageDigest, say`The image of ticket ${row.ticketId}`, 256)}<span>Target</span></span>
    <p><b class="place">${isDisqualified(row.flags) ? "Out" : placeOf(row.rank)}</b> <span class="small">ticket ${row.ticketId}</span>
      <span class="num">${isDisqualified(row.flags) ? "disqualified" : readable(judge, row.score)}</span></p>`;
