// Paying against a ranking, or for it, while that is possible: both pools, and what one's own part is.

import { nothing } from "lit-html";
import { type Hex, zeroHash } from "viem";
import type { App } from "../app.ts";
import type { Call } from "../chain/calls.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { Stake } from "../chain/readStakes.ts";
import { amountIn, payoutOf, type Side } from "../dispute.ts";
import { Note } from "../note.ts";
import { fill, html, say } from "../words/html.ts";
import { decimal, listed } from "../words/writing.ts";
import { send } from "./button.ts";
import { inputOf } from "./events.ts";
import { aboutEth, eth, left, short } from "./format.ts";
import type { Drawn } from "./part.ts";

/** How much is to be paid, as it was typed; by competition. */
const amounts = new Note<string>();

const WORDS: Record<Side, readonly [pool: string, pay: string, payThis: string, verdict: string]> =
  {
    against: [
      "Against the ranking",
      "Pay against the ranking",
      "Pay {0} against the ranking",
      "replaces the ranking",
    ],
    support: [
      "For the ranking",
      "Pay for the ranking",
      "Pay {0} for the ranking",
      "upholds the ranking",
    ],
  };

/** The dispute of a ranking: it rests on the chain alone, never on content. */
export function dispute(app: App, c: Competition): Drawn {
  const now = app.clock.now;
  if (c.phase === "Asserted" && now < c.livenessEnds)
    return panel(app, c, {
      title: "Dispute this ranking",
      about: html`<p>Recompute it first: who pays against a true ranking loses the money. Anyone pays any amount.
        When the pool is full, the arbiter decides; otherwise everyone takes back what they paid.</p>
        ${pool(WORDS.against[0], c.dispute.against, c.bond, c.bond)}`,
      sides: ["against"],
      until: c.livenessEnds,
    });
  if (c.phase !== "Disputed") return nothing;
  const { against, support, joinEnds } = c.dispute;
  const joining = now < joinEnds;
  return panel(app, c, {
    title: joining ? "Join a side" : "The sides of the dispute",
    about: html`<p>${joining ? "The arbiter's decision cannot be known yet, so anyone can still join. The side that loses pays the other." : "Nobody can join any more."}</p>
      ${pool(WORDS.against[0], against, against + support)}${pool(WORDS.support[0], support, against + support)}`,
    sides: joining ? ["against", "support"] : [],
    until: joinEnds,
  });
}

interface Panel {
  readonly title: string;
  readonly about: Drawn;
  /** The sides that can be joined, until when in unix seconds. */
  readonly sides: readonly Side[];
  readonly until: number;
}

function panel(app: App, c: Competition, { title, about, sides, until }: Panel) {
  const mine = app.stakes.find(({ id }) => id === c.id);
  const typed = amounts.get(app, String(c.id)) ?? "";
  const body = html`${about}
    ${mine ? html`<p>${paidWords(mine)}</p>` : nothing}
    ${
      sides.length
        ? html`<p class="clock"><span>Possible for</span><b class="num">${left(until - app.clock.now)}</b></p>
      <p class="count"><label for="amount">Amount in ETH</label>
        <input id="amount" inputmode="decimal" autocomplete="off" placeholder=${decimal(0.01, 2)} .value=${typed}
          @input=${(event: Event) => amounts.set(app, String(c.id), inputOf(event).value)} /></p>
      ${sides.map((side) => join(app, c, side, typed, mine))}
      <p class="small">The payment is about this ranking alone. If another stands there when it arrives, nothing is paid. Root: <span class="mono">${short(c.rankingRoot)}</span>, model: <span class="mono">${short(c.modelHash)}</span></p>`
        : nothing
    }`;
  // While nobody has paid, most who come want to see who won.
  return c.phase === "Asserted" && !c.dispute.against
    ? html`<details class="panel dispute"><summary>${title}</summary>${body}</details>`
    : html`<div class="panel dispute"><h2>${title}</h2>${body}</div>`;
}

/** How much of `full` was paid; `needed` is said where so much has to come together. */
const pool = (name: string, paid: bigint, full: bigint, needed = 0n) => html`<p class="pool">
  <span>${name}</span><b class="num">${eth(paid)}${needed ? html` <span class="small">of ${eth(needed)}</span>` : nothing}</b>
  <progress max="1000" .value=${full ? Number((paid * 1000n) / full) : 0} aria-label=${name}></progress></p>`;

function paidWords({ against, support }: Stake): string {
  const parts = [
    against ? say`${eth(against)} against the ranking` : "",
    support ? say`${eth(support)} for it` : "",
  ];
  return say`You have paid ${listed(parts.filter(Boolean))}.`;
}

function join(app: App, c: Competition, side: Side, typed: string, mine: Stake | undefined) {
  const amount = amountIn(typed);
  const [, pay, payThis, verdict] = WORDS[side];
  const poor = amount !== null && app.purse && app.purse.balance <= amount;
  const why =
    amount === null
      ? "Write how much you pay."
      : poor
        ? say`This account has ${aboutEth(app.purse?.balance ?? 0n)}: too little for it and the network fee.`
        : "";
  const label = amount === null ? pay : fill(payThis, [eth(amount)]);
  const calls = amount === null ? [] : [joinCall(c, side, amount)];
  const gets = amount === null ? 0n : payoutOf(c, side, mine?.[side] ?? 0n, amount);
  return html`${send(app, `dispute:${side}:${c.id}`, label, calls, { why, quiet: side === "support" })}
    ${gets ? html`<p class="small">If the arbiter ${verdict}, ${aboutEth(gets)} would be yours as the pools are now; else nothing of it.</p>` : nothing}`;
}

/** The payment names the ranking that is shown, so that it is worth nothing against any other. */
export function joinCall(
  c: { readonly id: bigint; readonly rankingRoot: Hex; readonly modelHash: Hex },
  side: Side,
  value: bigint,
): Call {
  const { id, rankingRoot, modelHash } = c;
  return side === "against"
    ? { functionName: "dispute", args: [id, rankingRoot, modelHash, zeroHash], value }
    : { functionName: "support", args: [id, rankingRoot, modelHash], value };
}
