// The calendar: past and coming days of the visitor's own clock, and where to subscribe to them.

import { nothing } from "lit-html";
import type { App } from "../../app.ts";
import {
  type CalendarDay,
  type Happens,
  monthLater,
  monthNamed,
  monthOf,
} from "../../days/calendar.ts";
import { knownSeries } from "../../days/series.ts";
import { arrived } from "../../loader.ts";
import { html, say } from "../../words/html.ts";
import { datesNow, localeNow } from "../../words/language.ts";
import { WORDS } from "../phases.ts";
import { unreadable } from "../unreadable.ts";

const NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/** Of a day, the last: those may still be played. */
const MOST_SHOWN = 3;
/** A series' words for days on which nothing is played. */
const NONE: readonly string[] = ["skipped", "missed"];

export function calendar(app: App, name: string) {
  const found = arrived(app.competitions);
  if (!found) return html`<h1>Calendar</h1>${unreadable(app)}`;
  const [year, number] = monthNamed(name, app.clock.now);
  const month = monthOf(found, knownSeries(app), year, number, app.clock.now);
  const title = new Date(year, number - 1).toLocaleDateString(datesNow(), {
    month: "long",
    year: "numeric",
  });
  return html`<h1>Calendar</h1>
    <div class="month-head"><a class="button quiet" href=${monthLater(year, number, -1)} aria-label="The month before">←</a>
      <h2 aria-live="polite">${title}</h2><a class="button quiet" href=${monthLater(year, number, 1)} aria-label="The month after">→</a></div>
    ${app.complete ? nothing : html`<p class="small" role="status">Reading the others…</p>`}
    <ol class="month"><li class="names" aria-hidden="true">${NAMES.map((each) => html`<span>${each}</span>`)}</li>
      ${Array.from({ length: month.before }, () => html`<li class="blank" aria-hidden="true"></li>`)}
      ${month.days.map((day) => cell(app, day))}</ol>
    ${month.days.every(({ happens }) => !happens.length) ? html`<p class="empty">Nothing opens in this month.</p>` : nothing}
    <p class="small">Each competition stands on the day on which its target opens, by your own clock. ${subscribe(app)}</p>`;
}

function cell(app: App, { date, isToday, happens }: CalendarDay) {
  const more = happens.length - MOST_SHOWN;
  return html`<li class="day ${happens.length ? "" : "idle"} ${isToday ? "is-today" : ""}" aria-current=${isToday ? "date" : "false"}>
    <span class="date num">${date}</span>
    ${happens.slice(-MOST_SHOWN).map((one) => entry(app, one))}
    ${more > 0 ? html`<a class="small" href="#/">and ${more.toLocaleString(localeNow())} more</a>` : nothing}</li>`;
}

function entry(app: App, { id, opensAt, state }: Happens) {
  const at = new Date(opensAt * 1000).toLocaleTimeString(datesNow(), { timeStyle: "short" });
  if (id === null) {
    const isComing = opensAt > app.clock.now && !NONE.includes(state);
    return html`<span class="happens small">${isComing ? say`Planned, ${at}` : "No competition"}</span>`;
  }
  const phase = isPhase(state) ? WORDS[state][0] : "";
  return html`<a class="happens ${state}" href="#/c/${id}"><b>No. ${id}</b> <span class="small">${at} · ${phase}</span></a>`;
}

const isPhase = (state: string): state is keyof typeof WORDS => Object.hasOwn(WORDS, state);

function subscribe({ config }: App) {
  const { series } = config;
  return series
    ? html`Subscribe: <a href="${series}/calendar.ics">iCalendar</a>, <a href="${series}/feed.atom">Atom feed</a>.`
    : nothing;
}
