// The rules of one competition, in plain words, from its terms.

import { nothing } from "lit-html";
import type { Competition } from "../chain/readCompetitions.ts";
import { hasBeacon } from "../seed.ts";
import { html, say } from "../words/html.ts";
import { eth, lasting, plural, short } from "./format.ts";
import { hasStudio } from "./studio.ts";

export const rules = (c: Competition) => html`<ul class="rules">
  <li>One ticket, one image. You can replace it as long as submissions are open (${lasting(c.terms.openSeconds)}).</li>
  <li>After that you have ${lasting(c.terms.revealSeconds)} to reveal. What is not revealed is not judged.</li>
  <li>At least ${plural(c.terms.minRevealed, "revealed image")}, or every ticket is refunded.</li>
  <li>The lowest score wins 80 % of the tickets. Ties go to the earlier ticket.</li>
  <li>An image with the pixels of the target or of an earlier entry, or nearly so, is disqualified.${hasStudio(c) ? nothing : html` Other edits of the target are only remarked upon: <b>whoever may upload could win with one</b>.`}</li>
  <li>At most ${plural(c.terms.maxTickets, "ticket")}. The operator staked a deposit of ${eth(c.deposit)}, which the ticket holders get if it falls silent after the reveals, and the winner if its ranking is replaced.</li>
  <li>${hasBeacon(c) ? html`The seed comes from ${c.beaconRound ? say`round ${c.beaconRound}` : "a round"} of the public beacon <span class="mono">${short(c.terms.beacon)}</span>, after the last reveal.` : "The seed comes from the hash of a block after the last reveal."}</li>
  <li>The ranking must be posted within ${lasting(c.terms.judgingSeconds)}, with a bond of ${eth(c.bond)}, and can be disputed for ${lasting(c.terms.livenessSeconds)} by anyone, alone or together, with as much. Who is right gets back more than was paid; who is wrong loses it.</li>
  <li>${arbiter(c)}</li>
  ${!hasStudio(c) ? nothing : html`<li>Images need a receipt of the studio <span class="mono">${short(c.terms.studio)}</span>, for at most ${plural(c.terms.promptLimit, "prompt")} a ticket: they are made with words alone.</li>`}</ul>`;

/** An operator may name itself: that has to be seen before a ticket is bought. */
const arbiter = (c: Competition) =>
  c.terms.arbiter === c.operator
    ? html`<b>Disputes are decided by the operator itself</b>, within ${lasting(c.terms.verdictSeconds)}: it could uphold its own ranking.`
    : html`Disputes are decided by <span class="mono">${short(c.terms.arbiter)}</span>, within ${lasting(c.terms.verdictSeconds)}, or everyone is refunded.`;
