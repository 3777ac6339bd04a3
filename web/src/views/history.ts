// What happened to a competition on-chain, oldest first, each with its transaction.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import { voidReasons } from "../chain/generated/competition.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { type Happening, readHistory } from "../chain/readHistory.ts";
import { cidOf } from "../content/digest.ts";
import { arrived, type Loaded, Loader } from "../loader.ts";
import { eth, short, when } from "./format.ts";
import { VOID_WORDS } from "./phases.ts";
import { transaction } from "./transaction.ts";

const histories = new Loader<Happening[]>();

/** The events of a competition; read again whenever its phase has changed. */
export const historyOf = (app: App, c: Competition): Loaded<Happening[]> =>
  histories.get(app, `${c.id}:${c.phase}:${c.bundleDigest}`, async () => {
    if (!app.reader) throw new Error("The chain cannot be read now.");
    return readHistory(app.reader, app.config, c.id);
  });

export function happened(app: App, c: Competition) {
  const found = arrived(historyOf(app, c));
  return found
    ? html`<ol class="history">${found.map(
        (event) => html`<li><span class="small">${when(event.time)}</span>
        <span>${words(event)}</span>${event.transactionHash ? transaction(app, event.transactionHash) : nothing}</li>`,
      )}</ol>`
    : html`<p class="small">Reading the chain…</p>`;
}

function words(event: Happening): string {
  switch (event.eventName) {
    case "CompetitionCreated":
      return `Created by ${short(event.args.operator)}, with the target's hash`;
    case "TargetOpened":
      return "The target was opened";
    case "SeedPinned":
      return `The seed was drawn: ${short(event.args.seed)}`;
    case "RankingAsserted":
      return `The oracle posted the ranking, with a bond of ${eth(event.args.bond)}`;
    case "RankingDisputed":
      return `${short(event.args.disputer)} disputed it, with a bond of ${eth(event.args.bond)}`;
    case "DisputeResolved":
      return event.args.upheld ? "The ranking was upheld" : "The ranking was replaced";
    case "CompetitionFinalized":
      return `${eth(event.args.prize)} went to ${short(event.args.winner)}, ticket ${event.args.ticketId}`;
    case "CompetitionVoided":
      return `Voided: ${VOID_WORDS[voidReasons[event.args.reason] ?? ""] ?? "a deadline was missed"}`;
  }
}

/** The newest event of a kind, once the history is here. */
export function lastOf<Name extends Happening["eventName"]>(
  app: App,
  c: Competition,
  name: Name,
): Extract<Happening, { eventName: Name }> | undefined {
  const events = arrived(historyOf(app, c)) ?? [];
  return events.findLast(
    (event): event is Extract<Happening, { eventName: Name }> => event.eventName === name,
  );
}

/** The report that came with a dispute, by its CID. */
export const evidenceOf = (app: App, c: Competition): string | undefined => {
  const digest = lastOf(app, c, "RankingDisputed")?.args.evidenceDigest;
  return digest && BigInt(digest) ? cidOf(digest) : undefined;
};
