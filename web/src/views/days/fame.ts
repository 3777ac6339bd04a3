// The hall of fame, read from the chain's own events.

import { nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { App } from "../../app.ts";
import { Payouts, type Win } from "../../chain/readWins.ts";
import { type Famous, hallOf } from "../../days/fame.ts";
import { arrived, Loader } from "../../loader.ts";
import { Note } from "../../note.ts";
import { html } from "../../words/html.ts";
import { localeNow } from "../../words/language.ts";
import { face } from "../account.ts";
import { aboutEth, plural } from "../format.ts";
import { near } from "../near.ts";
import { unreadable } from "../unreadable.ts";

interface Hall {
  readonly players: readonly Famous[];
  readonly wins: readonly Win[];
}

const halls = new Loader<Hall>();
const latest = new Note<Hall>();
const readers = new Note<Payouts>();

/** Read again whenever another competition has become final, and then only what is new. */
function hallNow(app: App, finals: number) {
  const read = halls.get(app, String(finals), async () => {
    if (!app.reader) throw new Error("The chain cannot be read now.");
    const payouts = readers.get(app) ?? new Payouts(app.config, null);
    readers.keep(app, "", payouts);
    const { wins } = await payouts.read(app.reader, app.clock.block);
    return { players: hallOf(wins), wins };
  });
  const found = arrived(read);
  if (found) latest.keep(app, "", found);
  return latest.get(app) ?? read;
}

export function fame(app: App) {
  const all = arrived(app.competitions);
  const title = html`<h1>Hall of fame</h1>`;
  if (!all) return html`${title}${unreadable(app)}`;
  const hall = hallNow(app, all.filter(({ phase }) => phase === "Final").length);
  if (hall === "loading")
    return html`${title}<p class="empty" role="status">Reading the chain…</p>`;
  if ("error" in hall)
    return html`${title}<p class="notice bad" role="alert">The winners cannot be read: ${hall.error} Trying again…</p>`;
  if ("value" in hall) return title; // kept above
  const { players, wins } = hall;
  const paid = wins.reduce((sum, { prize }) => sum + prize, 0n);
  return html`${title}
    <p class="lead">${players.length ? html`${plural(players.length, "winner")} of ${plural(wins.length, "competition")}, ${aboutEth(paid)} in prizes. Void competitions have no winner.` : "Nobody has won yet. The first winner stands here."}</p>
    ${players.length ? board(app, players) : nothing}`;
}

function board(app: App, players: readonly Famous[]) {
  const part = near("fame", players.length);
  const me = app.wallets.connected?.account;
  return html`<ol class="fame" id="fame" .style=${part.room}>${repeat(
    players.slice(part.first, part.end),
    ({ player }) => player,
    ({ place, player, wins, won, lastId }) => html`<li class=${player === me ? "mine-row" : ""}>
      <b class="num place">${place}</b>
      ${face(app, player)}${player === me ? html`<span class="mine">you</span>` : nothing}
      <span class="sums"><span><b class="num">${wins.toLocaleString(localeNow())}</b> ${wins === 1 ? "win" : "wins"}</span>
      <span><b class="num">${aboutEth(won)}</b></span> <a class="small" href="#/c/${lastId}">No. ${lastId}</a></span></li>`,
  )}</ol>`;
}
