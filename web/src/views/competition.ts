// One competition: target, time, money, what to do, results, rules and trust.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import { voidReasons } from "../chain/generated/competition.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { readVoidReason } from "../chain/readTickets.ts";
import { actions } from "./actions.ts";
import { eth, lasting, left, plural, when } from "./format.ts";
import { phaseEnds, phaseName, phaseSentence, untilWords, VOID_WORDS } from "./phases.ts";
import { picture } from "./picture.ts";
import { results } from "./results.ts";
import { trustTable } from "./trust.ts";

export function competition(app: App, id: string) {
  const found = app.competitions;
  if (found === "loading") return html`<p class="empty" role="status">Reading the chain…</p>`;
  if ("error" in found)
    return html`<p class="notice bad" role="alert">${found.error} Trying again…</p>`;
  const c = found.value.find((row) => String(row.id) === id);
  if (!c)
    return html`<h1>Competition ${id}</h1><p class="empty">There is no such competition. <a href="#/">See all competitions</a>.</p>`;
  const ends = phaseEnds(c);
  return html`<article>
    <p class="crumb"><a href="#/">Competitions</a></p>
    <div class="head"><h1>Competition ${c.id}</h1><span class="phase ${c.phase}">${phaseName(c.phase)}</span></div>
    <div class="split">
      <div class="target">${target(app, c)}</div>
      <div class="side">
        <p class="lead">${phaseSentence(c.phase)} ${c.phase === "Void" ? voidReason(app, c) : nothing}</p>
        ${ends ? html`<p class="clock" title=${when(ends)}><span>${untilWords(c.phase)}</span><b class="num">${left(ends - app.clock.now)}</b></p>` : nothing}
        <dl class="money"><div><dt>Pot</dt><dd>${eth(c.pot)}</dd></div><div><dt>Prize</dt><dd>${eth(c.pot - c.pot / 5n)}</dd></div>
          <div><dt>Tickets</dt><dd>${c.sold}</dd></div><div><dt>Revealed</dt><dd>${c.revealed}</dd></div></dl>
        ${actions(app, c)}
      </div>
    </div>
    ${results(app, c)}
    <section class="two"><div><h2>Rules</h2>${rules(c)}</div><div><h2>Who is trusted with what</h2>${trustTable}</div></section>
  </article>`;
}

const target = (app: App, c: Competition) =>
  c.openEnds
    ? html`<figure>${picture(app, c.targetDigest, "The target to recreate")}<figcaption>The target</figcaption></figure>`
    : html`<figure><div class="frame sealed"><img src="./seal.svg" alt="" width="72" height="72" /><strong>Sealed target</strong>
        <span>Fixed by its hash before the first ticket was sold. It opens when the sale ends.</span></div></figure>`;

const rules = (c: Competition) => html`<ul class="rules">
  <li>One ticket, one image. You can replace it as long as submissions are open (${lasting(c.terms.openSeconds)}).</li>
  <li>After that you have ${lasting(c.terms.revealSeconds)} to reveal. What is not revealed is not judged.</li>
  <li>At least ${plural(c.terms.minRevealed, "revealed image")}, or every ticket is refunded.</li>
  <li>The lowest score wins 80 % of the tickets. Ties go to the earlier ticket.</li>
  <li>A copy of the target, or of an earlier entry, is disqualified.</li></ul>`;

function voidReason(app: App, c: Competition) {
  const name = `void:${c.id}`;
  const known = app.notes.get(name) as number | undefined;
  if (known === undefined) {
    app.notes.set(name, -1);
    void readVoidReason(app.reader, app.config, c.id).then((reason) => app.note(name, reason));
  }
  const words = VOID_WORDS[voidReasons[known ?? -1] ?? ""];
  return words ? `The reason: ${words}.` : "";
}
