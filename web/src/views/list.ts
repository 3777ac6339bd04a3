// All competitions: those you can act in first.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { eth, left, plural, when } from "./format.ts";
import { phaseEnds, phaseName, untilWords } from "./phases.ts";

const PAGE = 60;
const PAST = new Set(["Final", "Void"]);

export function list(app: App) {
  const found = app.competitions;
  if (found === "loading") return html`<p class="empty" role="status">Reading the chain…</p>`;
  if ("error" in found)
    return html`<p class="notice bad" role="alert">${found.error} Trying again…</p>`;
  const running = found.value.filter(({ phase }) => !PAST.has(phase));
  const past = found.value.filter(({ phase }) => PAST.has(phase));
  const shown = (app.notes.get("list") as number | undefined) ?? PAGE;
  const rest = running.length + past.length - shown;
  return html`<section class="hero"><h1>One hidden picture.<br />The closest image wins.</h1>
      <p>Buy a ticket, recreate the target when it opens, and get judged by numbers that anyone can recompute.
      80 % of all tickets goes to the winner.</p></section>
    ${group(app, "Running", running.slice(0, shown), "No competition is running now.")}
    ${past.length ? group(app, "Past", past.slice(0, Math.max(0, shown - running.length)), "") : nothing}
    ${rest > 0 ? html`<p class="more"><button class="quiet" @click=${() => app.note("list", shown + PAGE)}>Show ${Math.min(PAGE, rest)} more of ${rest}</button></p>` : nothing}`;
}

const group = (app: App, title: string, rows: readonly Competition[], empty: string) => html`
  <section><h2>${title}</h2>
    ${rows.length ? html`<ul class="cards">${rows.map((row) => card(app, row))}</ul>` : html`<p class="empty">${empty}</p>`}
  </section>`;

function card(app: App, row: Competition) {
  const ends = phaseEnds(row);
  const mine = app.tickets.filter(({ id }) => id === row.id).length;
  return html`<li><a class="card" href="#/c/${row.id}">
    <span class="row"><span class="phase ${row.phase}">${phaseName(row.phase)}</span>
      ${mine ? html`<span class="mine">${plural(mine, "ticket")} of yours</span>` : nothing}</span>
    <strong>Competition ${row.id}</strong>
    <span class="facts"><span><b>${eth(row.pot)}</b> pot</span><span><b>${eth(row.terms.ticketPrice)}</b> ticket</span><span><b>${row.sold}</b> sold</span></span>
    ${ends ? html`<span class="until" title=${when(ends)}>${untilWords(row.phase)} <b class="num">${left(ends - app.clock.now)}</b></span>` : nothing}
  </a></li>`;
}
