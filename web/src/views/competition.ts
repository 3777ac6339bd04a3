// One competition: target, time, money, what to do, results, rules and trust.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { awaitRanking } from "../awaited.ts";
import { voidReasons } from "../chain/generated/competition.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { prizeOf } from "../dispute.ts";
import { arrived } from "../loader.ts";
import { Note } from "../note.ts";
import { isOurs } from "../ours.ts";
import { html } from "../words/html.ts";
import { localeNow } from "../words/language.ts";
import { actions } from "./actions.ts";
import { bar } from "./bar.ts";
import { choosing } from "./chooser.ts";
import { worth } from "./configured.ts";
import { saveFile } from "./files.ts";
import { eth, left, when } from "./format.ts";
import { happened, lastOf } from "./history.ts";
import { about, called } from "./name.ts";
import { type Drawn, part } from "./part.ts";
import { type Situation, situation, VOID_WORDS } from "./phases.ts";
import { picture } from "./picture.ts";
import { podiumOf } from "./podium.ts";
import { credit } from "./purse.ts";
import { withRanking } from "./ranking.ts";
import { rules } from "./rules.ts";
import { schedule } from "./schedule.ts";
import { share } from "./share.ts";
import { strangerMark } from "./stranger.ts";
import { hasStudio, wingOf } from "./studio.ts";
import { trustTable } from "./trust.ts";
import { unreadable } from "./unreadable.ts";

export function competition(app: App, id: string) {
  const found = app.competitions;
  if (found !== "loading" && "error" in found) return html`<h1>No. ${id}</h1>${unreadable(app)}`;
  const c = arrived(found)?.find((row) => String(row.id) === id);
  if (!c && !app.complete)
    return app.first?.id === id
      ? html`${app.first.content}`
      : html`<h1>No. ${id}</h1><p class="empty" role="status">Reading the chain…</p>`;
  if (!c)
    return html`<h1>No. ${id}</h1><p class="empty">There is no such competition. <a href="#/">See all competitions</a>.</p>`;
  const now = situation(c, app.clock.now);
  const news = isNews(c);
  return html`<article>
    <p class="crumb"><a href="#/">Competitions</a></p>
    <div class="head"><h1>${called(app, c)}</h1><span class="row">${isOurs(app, c) ? nothing : strangerMark()}<span class="phase ${c.phase}">${now.name}</span></span></div>
    ${news ? result(app, c) : nothing}
    <div class="${news ? "news" : "split"} ${c.openEnds ? "" : "unopened"} ${isAtBench(app, c) ? "bench" : ""} ${enlarged.get(app, id) ? "enlarged" : ""}">
      ${news ? nothing : html`<div class="target">${part("The target", () => target(app, c))}</div>`}
      <div class="side">
        ${isAtBench(app, c) ? todo(app, c) : nothing}
        ${c.phase === "Final" && news ? nothing : html`<p class="lead">${c.phase === "Void" ? part("The reason", () => voidReason(app, c)) : nothing}${now.sentence}</p>`}
        ${clock(app, now)}
        ${news ? todo(app, c) : nothing}
        <dl class="money"><div><dt>Pot</dt><dd>${eth(c.pot)}${worth(app, c.pot)}</dd></div><div><dt>Prize</dt><dd>${c.phase === "Void" ? "none" : html`${eth(prizeOf(c))}${worth(app, prizeOf(c))}`}</dd></div>
          <div><dt>Tickets</dt><dd>${c.sold.toLocaleString(localeNow())} of ${c.terms.maxTickets.toLocaleString(localeNow())}</dd></div><div><dt>Revealed</dt><dd>${c.revealed.toLocaleString(localeNow())}</dd></div>
          <div><dt>Operator's deposit</dt><dd>${eth(c.deposit)}</dd></div></dl>
        <div class="times">${part("The times", () => schedule(c))}</div>
        ${news || isAtBench(app, c) ? nothing : todo(app, c)}
      </div>
    </div>
    ${hasRanking(c) ? part("This ranking", () => withRanking(app, ({ results }) => results(app, c))) : nothing}
    ${c.phase === "Final" ? part("The practice round", () => withRanking(app, ({ practice }) => practice(app, c, choosing))) : nothing}
    ${WAITING.has(c.phase) ? part("The entries", () => entries(app, c)) : nothing}
    ${news ? folded("Rules, and who is trusted with what", terms(c)) : terms(c)}
    ${news ? folded("What happened on-chain", history(app, c)) : html`<section><h2>What happened on-chain</h2>${history(app, c)}</section>`}
    ${bar(app, c)}
  </article>`;
}

/** Entries are public here, and not ranked yet. */
const WAITING: ReadonlySet<Competition["phase"]> = new Set(["Revealing", "Seeding", "Judging"]);

/** What came out comes first, in pictures; room is kept for those that are not here yet. */
const result = (app: App, c: Competition) =>
  html`${part("The result", () => withRanking(app, ({ outcome }) => outcome(app, c), podiumOf(app, c)))}
    ${c.phase === "Final" ? html`<p class="lead">Ticket ${c.winnerTicket} won ${eth(prizeOf(c))}, and is paid.</p>` : nothing}
    ${part("The way to share it", () => share(app, c))}`;

const isNews = (c: Competition): boolean => hasRanking(c) && c.phase !== "Void";

function entries(app: App, c: Competition): Drawn {
  awaitRanking(app, c);
  return withRanking(app, ({ wall }) => wall(app, c));
}

const terms = (c: Competition): Drawn =>
  html`<section class="two"><div><h2>Rules</h2>${part("The rules", () => rules(c))}</div><div><h2>Who is trusted with what</h2>${trustTable()}</div></section>`;

const history = (app: App, c: Competition): Drawn => part("The history", () => happened(app, c));

/** What is there to be looked up, and not the news. */
const folded = (title: string, what: Drawn): Drawn =>
  html`<details class="folded"><summary>${title}</summary>${what}</details>`;

const todo = (app: App, c: Competition) =>
  html`${part("What waits for you", () => credit(app))}${part("What can be done", () => actions(app, c))}`;

/** Whether a ranking was ever posted: a bundle stays named when it is void. */
const hasRanking = ({ bundleDigest }: Competition): boolean => BigInt(bundleDigest) !== 0n;

/** Whoever types has box and images beside the target, before everything else. */
const isAtBench = (app: App, c: Competition): boolean =>
  c.phase === "Open" && hasStudio(c) && app.tickets.some(({ id }) => id === c.id);

const target = (app: App, c: Competition) =>
  (hasStudio(c) && c.openEnds && wingOf(app)?.picked(app, c)) || targetAlone(app, c);

const targetAlone = (app: App, c: Competition) =>
  c.openEnds
    ? html`<figure>${picture(app, c.targetDigest, "The target to recreate", !isAtBench(app, c) && !enlarged.get(app, String(c.id)))}<figcaption><span>The target ${about(app, c)}</span>
        ${c.phase === "Open" ? html`<button class="quiet slim" @click=${() => saveTarget(app, c)}>Save target</button>` : nothing}
        ${enlarge(app, c)}</figcaption></figure>`
    : html`<figure><div class="frame sealed"><img src="./seal.svg" alt="" width="72" height="72" /><strong>Sealed target</strong>
        <span>Fixed by its hash before the first ticket was sold. It opens when the sale ends.</span></div></figure>`;

/** The targets that are looked at closely on a phone, where they are small at first. */
const enlarged = new Note<true>();

function enlarge(app: App, { id }: Competition) {
  const on = enlarged.get(app, String(id)) === true;
  return html`<button class="quiet slim phone-only" aria-pressed=${on} @click=${() => enlarged.set(app, String(id), on ? undefined : true)}>Large</button>`;
}

/** Its very bytes, for who works on it elsewhere. */
async function saveTarget(app: App, c: Competition): Promise<void> {
  const url = arrived(app.picture(c.targetDigest));
  if (url) saveFile(`target-${c.id}.png`, await (await fetch(url)).blob());
}

const clock = (app: App, { until }: Situation) =>
  until
    ? html`<p class="clock" title=${when(until.at)}><span>${until.words}</span><b class="num">${left(until.at - app.clock.now)}</b></p>`
    : nothing;

function voidReason(app: App, c: Competition) {
  const event = lastOf(app, c, "CompetitionVoided");
  const words = event && VOID_WORDS[voidReasons[event.args.reason] ?? ""];
  return words ? html`The reason: ${words}. ` : nothing;
}
