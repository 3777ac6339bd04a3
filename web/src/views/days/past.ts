// A player's own history: tickets, ranks, payouts and refunds.

import { nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { App } from "../../app.ts";
import { type Competition, hasEnded } from "../../chain/readCompetitions.ts";
import { Payouts, type Refund, type Win } from "../../chain/readWins.ts";
import { type PastCompetition, pastOf } from "../../days/past.ts";
import { arrived, type Loaded, Loader } from "../../loader.ts";
import { Note } from "../../note.ts";
import type { Row } from "../../ranking/bundle.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { placeOf } from "../../ranking/place.ts";
import { readBundle } from "../../ranking/readBundle.ts";
import { html, say } from "../../words/html.ts";
import { localeNow } from "../../words/language.ts";
import { aboutEth, eth, plural } from "../format.ts";
import { called } from "../name.ts";
import { near } from "../near.ts";
import { situation } from "../phases.ts";
import { thumbnail } from "../thumbnail.ts";

interface Paid {
  readonly wins: readonly Win[];
  readonly refunds: readonly Refund[];
}

const paid = new Loader<Paid>();
const latest = new Note<Paid>();
const readers = new Note<Payouts>();
/** The best row of a player's tickets; null where none was revealed. */
const bests = new Loader<Row | null>();
/** Longer rankings are read on the competition's own page. */
const MOST_ENTRIES = 1000;

function paidTo(app: App, ended: string) {
  const account = app.wallets.connected?.account;
  if (!account) return "loading" as const;
  const read = paid.get(app, `${account}:${ended}`, async () => {
    if (!app.reader) throw new Error("The chain cannot be read now.");
    const payouts = readers.get(app, account) ?? new Payouts(app.config, account);
    readers.keep(app, account, payouts);
    return payouts.read(app.reader, app.clock.block);
  });
  const found = arrived(read);
  if (found) latest.keep(app, account, found);
  return latest.get(app, account) ?? read;
}

export function past(app: App) {
  const all = arrived(app.competitions) ?? [];
  const title = html`<h2>Your history</h2>`;
  const own = new Set(app.tickets.map(({ id }) => id));
  // What the account was paid changes when one of its competitions ends or a ticket is refunded.
  const finals = all.filter((c) => own.has(c.id) && c.phase === "Final").length;
  const refunded = app.tickets.filter((ticket) => ticket.refunded).length;
  const found = paidTo(app, `${finals}:${refunded}`);
  if (found === "loading")
    return html`<section>${title}<p class="empty" role="status">Reading the chain…</p></section>`;
  if ("error" in found)
    return html`<section>${title}<p class="notice bad" role="alert">What you were paid cannot be read: ${found.error} Trying again…</p></section>`;
  if ("value" in found) return nothing; // kept above
  const sums = pastOf(all, app.tickets, found);
  const part = near("past", sums.rows.length);
  return html`<section class="history-of">${title}
    <dl class="money sums"><div><dt>Tickets</dt><dd>${sums.tickets.toLocaleString(localeNow())} in ${plural(sums.rows.length, "competition")}</dd></div>
      <div><dt>Won</dt><dd>${eth(sums.won)}${sums.wins ? html` <span class="small">${sums.wins} ${sums.wins === 1 ? "win" : "wins"}</span>` : nothing}</dd></div>
      <div><dt>Price of the tickets</dt><dd>${eth(sums.spent)}</dd></div><div><dt>Refunded</dt><dd>${eth(sums.refunded)}</dd></div></dl>
    <ol class="fame" id="past" .style=${part.room}>${repeat(
      sums.rows.slice(part.first, part.end),
      ({ c }) => c.id,
      (one) => row(app, one),
    )}</ol></section>`;
}

function row(app: App, { c, ticketIds, spent, won, refunded }: PastCompetition<Competition>) {
  const best = bestOf(app, c, ticketIds);
  const shown = best && "value" in best ? best.value : null;
  const got = won
    ? html`<b class="good">won ${aboutEth(won)}</b>`
    : refunded
      ? html`${aboutEth(refunded)} refunded`
      : nothing;
  return html`<li>${shown ? thumbnail(app, shown.imageDigest) : html`<span class="thumb none"></span>`}
    <a href="#/c/${c.id}">${called(app, c)}</a>
    <span class="small">${rankWords(app, c, best)}</span>
    <span class="sums"><span class="small">${plural(ticketIds.length, "ticket")}, ${aboutEth(spent)}</span> <span class="num">${got}</span></span></li>`;
}

type Best = Exclude<Loaded<Row | null>, string> | null;

/** Null while it is not known, or not to be had. */
function bestOf(app: App, c: Competition, ticketIds: readonly bigint[]): Best {
  if (c.phase === "Void" || !BigInt(c.bundleDigest) || c.revealed > MOST_ENTRIES) return null;
  const name = `${c.id}:${c.bundleDigest}:${ticketIds.join()}`;
  const best = bests.get(app, name, async () => {
    const { rows } = await readBundle(app.config.gateways, c.bundleDigest, c.revealed);
    return rows.find((one) => ticketIds.includes(BigInt(one.ticketId))) ?? null;
  });
  return best === "loading" ? null : best;
}

function rankWords(app: App, c: Competition, best: Best) {
  if (c.phase === "Void" || !BigInt(c.bundleDigest)) return situation(c, app.clock.now).name;
  if (c.revealed > MOST_ENTRIES) return say`of ${plural(c.revealed, "entry")}`;
  if (!best) return "…";
  if ("error" in best) return "";
  if (!best.value) return "not revealed";
  if (isDisqualified(best.value.flags)) return "disqualified";
  const place = say`${placeOf(best.value.rank)} of ${c.revealed.toLocaleString(localeNow())}`;
  return hasEnded(c) ? place : say`${place}, not final yet`;
}
