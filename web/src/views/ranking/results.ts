// The results: how they stand, how the scores are spread, and every row with its reasons.

import { nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { getAddress } from "viem";
import type { App } from "../../app.ts";
import { at } from "../../at.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { arrived, type Loaded, Loader } from "../../loader.ts";
import { Note } from "../../note.ts";
import type { Bundle, Row } from "../../ranking/bundle.ts";
import { type CheckedRanking, hashRanking } from "../../ranking/check.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { readable } from "../../ranking/score.ts";
import { html } from "../../words/html.ts";
import { face } from "../account.ts";
import { inputOf } from "../events.ts";
import { plural } from "../format.ts";
import { near } from "../near.ts";
import { part } from "../part.ts";
import { standing } from "../standing.ts";
import { hasStudio, withStudio } from "../studio.ts";
import { aboutThumbnails, thumbnail } from "../thumbnail.ts";
import { bundleOf } from "./bundleOf.ts";
import { isTelling } from "./ceremony.ts";
import { canBeShown, entry, type Opened } from "./entry.ts";
import { plot } from "./plot.ts";
import { scale } from "./scale.ts";

const rankings = new Loader<CheckedRanking>();
/** By competition: what is searched for, and which row is opened. */
const searches = new Note<string>();
const openRows = new Note<number>();
const SEARCHED_FROM = 12; // rows; fewer are seen at a glance

export function results(app: App, c: Competition) {
  const bundle = bundleOf(app, c);
  if (arrived(bundle) && isTelling(app, c)) return nothing; // nothing gives away its end
  const body =
    bundle === "loading"
      ? html`<p class="empty" role="status">Fetching the ranking…</p>`
      : "error" in bundle
        ? html`<p class="notice bad" role="alert">The explanation of this ranking cannot be read: ${bundle.error}.
            The result on-chain stands without it. Trying again…</p>`
        : ranking(app, c, bundle.value);
  return html`<section class="results"><h2>Results</h2>${part("How it stands", () => standing(app, c))}${body}</section>`;
}

function ranking(app: App, c: Competition, bundle: Bundle) {
  const { rows, judge } = bundle;
  const hashed = rankings.get(app, `${c.id}:${c.bundleDigest}`, () =>
    hashRanking(app.domain, c.id, rows),
  );
  return html`${part("What scores mean", () => scale(app, c, judge))}
    ${part("The spread of the scores", () => plot(app, bundle))}
    ${checkedHere(c, rows, hashed)}
    ${aboutThumbnails(app)}
    ${rows.length > SEARCHED_FROM ? search(app, c) : nothing}
    ${board(app, c, bundle, hashed)}
    ${hasStudio(c) ? part("How they did it", () => withStudio(app, ({ howTheyDidIt }) => howTheyDidIt(app, c, rows))) : nothing}
    ${recompute(app, c)}`;
}

function checkedHere(c: Competition, rows: readonly Row[], hashed: Loaded<CheckedRanking>) {
  const checked = arrived(hashed);
  if (typeof hashed === "object" && "error" in hashed)
    return html`<p class="notice bad" role="alert">These rows cannot be checked: ${hashed.error}. Do not trust them.</p>`;
  if (!checked)
    return html`<p class="small" role="status">Checking ${plural(rows.length, "row")}…</p>`;
  const ok = checked.root === c.rankingRoot && rows.length === c.revealed;
  return ok
    ? html`<p class="small good" role="status">✓ ${plural(rows.length, "row")}, one for each revealed image: this is the ranking on-chain.</p>`
    : html`<p class="notice bad" role="alert">These ${plural(rows.length, "row")} are not the ranking on-chain
        (${plural(c.revealed, "image")} revealed). Do not trust them.</p>`;
}

function search(app: App, c: Competition) {
  const account = app.wallets.connected?.account;
  const words = searches.get(app, String(c.id)) ?? "";
  const set = (value: string) => searches.set(app, String(c.id), value);
  return html`<div class="search"><label for="search">Find a ticket or a player</label>
    <input id="search" type="search" .value=${words} placeholder="12 or 0x…" autocomplete="off" spellcheck="false"
      @input=${(event: Event) => set(inputOf(event).value.trim())} />
    ${account ? html`<button class="quiet" aria-pressed=${words === account} @click=${() => set(words === account ? "" : account)}>My entries</button>` : nothing}</div>`;
}

/** The places of the rows that are searched for. */
function found(app: App, c: Competition, rows: readonly Row[]): number[] {
  const words = (searches.get(app, String(c.id)) ?? "").toLowerCase();
  const places = rows.map((_, index) => index);
  if (!words) return places;
  return places.filter((index) => {
    const { ticketId, player } = at(rows, index);
    return String(ticketId) === words || (words.length > 2 && player.startsWith(words));
  });
}

function board(app: App, c: Competition, bundle: Bundle, hashed: Loaded<CheckedRanking>) {
  const shown = found(app, c, bundle.rows);
  if (!shown.length) return html`<p class="empty">No entry has this ticket or player.</p>`;
  const open = openRows.get(app, String(c.id));
  const place = open === undefined ? -1 : shown.indexOf(open);
  const part = near("board", shown.length, place);
  return html`<ol class="board" id="board" .style=${part.room}>${repeat(
    shown.slice(part.first, part.end),
    (index) => index,
    (index) => line(app, { c, bundle, ranking: hashed, index }, index === open, shown.length),
  )}</ol>`;
}

function line(app: App, opened: Opened, open: boolean, count: number) {
  const { c, bundle, index } = opened;
  const row = at(bundle.rows, index);
  const won = row.ticketId === c.winnerTicket && c.phase !== "Void";
  const mine = app.wallets.connected?.account.toLowerCase() === row.player;
  const toggle = () => openRows.set(app, String(c.id), open ? undefined : index);
  return html`<li class="${won ? "won" : ""} ${open ? "open" : ""}" aria-setsize=${count} aria-posinset=${index + 1}>
    <button class="line" aria-expanded=${open} @click=${toggle}>
      <span class="rank num">${row.rank}</span>
      ${canBeShown(row) ? thumbnail(app, row.imageDigest) : html`<span class="thumb"></span>`}
      <span class="who">${face(app, getAddress(row.player))} <span class="small">ticket ${row.ticketId}</span>
        ${mine ? html`<span class="mine">you</span>` : nothing}${won ? html`<span class="winner">${c.phase === "Final" ? "winner" : "first"}</span>` : nothing}</span>
      <span class="score num" title=${String(row.score)}>${isDisqualified(row.flags) ? html`<span class="out">disqualified</span>` : readable(bundle.judge, row.score)}</span></button>
    ${open ? part("This entry", () => entry(app, opened)) : nothing}</li>`;
}

function recompute(app: App, c: Competition) {
  const { rpcUrl, chainId, contract, gateways } = app.config;
  return html`<details class="audit"><summary>Recompute everything yourself</summary>
    <p>The page checks digests and the tree over all rows. This command repeats the training and every score on your
      machine, and says whether they are the same bits:</p>
    <pre tabindex="0">judge --set chain.rpc_url=${rpcUrl ?? "YOUR_NODE"} --set chain.chain_id=${chainId} --set chain.contract=${contract} --set store.url=${gateways[0] ?? "YOUR_STORE"} audit ${c.id}</pre></details>`;
}
