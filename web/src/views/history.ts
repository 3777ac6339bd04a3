// What happened to a competition on-chain, oldest first, each with its transaction.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { voidReasons } from "../chain/generated/competition.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { type Happening, readHistory } from "../chain/readHistory.ts";
import { cidOf } from "../content/digest.ts";
import { arrived, Loader } from "../loader.ts";
import { Note } from "../note.ts";
import { html, say } from "../words/html.ts";
import { eth, short, when } from "./format.ts";
import { VOID_WORDS } from "./phases.ts";
import { transaction } from "./transaction.ts";

const histories = new Loader<Happening[]>();
/** What was read last, shown while it is read again. */
const latest = new Note<Happening[]>();

/** The events of a competition; read again whenever its phase or the pools of its dispute have changed. */
function historyOf(app: App, c: Competition): Happening[] | undefined {
  const { against, support } = c.dispute;
  const now = [c.id, c.phase, c.bundleDigest, against, support].join(":");
  const read = histories.get(app, now, async () => {
    if (!app.reader) throw new Error("The chain cannot be read now.");
    return readHistory(app.reader, app.config, c.id);
  });
  const found = arrived(read);
  if (found) latest.keep(app, String(c.id), found);
  return found ?? latest.get(app, String(c.id));
}

export function happened(app: App, c: Competition) {
  const found = historyOf(app, c);
  return found
    ? html`<ol class="history">${found.map(
        (event) => html`<li><span class="small">${when(event.time)}</span>
        <span>${words(c, event)}</span>${event.transactionHash ? transaction(app, event.transactionHash) : nothing}</li>`,
      )}</ol>`
    : html`<p class="small">Reading the chain…</p>`;
}

function words(c: Competition, event: Happening): string {
  switch (event.eventName) {
    case "CompetitionCreated":
      return say`Created by ${short(event.args.operator)}, with the target's hash and a deposit of ${eth(c.deposit)}`;
    case "TargetOpened":
      return "The target was opened";
    case "SeedPinned":
      return say`The seed was drawn: ${short(event.args.seed)}, from ${short(event.args.source)}`;
    case "RankingAsserted":
      return say`The oracle posted the ranking, with a bond of ${eth(event.args.bond)}`;
    case "DisputeFunded":
      return say`${short(event.args.account)} paid ${eth(event.args.amount)} against the ranking`;
    case "RankingDisputed":
      return "The pool against the ranking was full: it is disputed";
    case "RankingSupported":
      return say`${short(event.args.account)} paid ${eth(event.args.amount)} for the ranking`;
    case "DisputeResolved":
      return event.args.upheld ? "The ranking was upheld" : "The ranking was replaced";
    case "CompetitionFinalized":
      return say`${eth(event.args.prize)} went to ${short(event.args.winner)}, ticket ${event.args.ticketId}`;
    case "CompetitionVoided":
      return say`Voided: ${VOID_WORDS[voidReasons[event.args.reason] ?? ""] ?? "a deadline was missed"}`;
  }
}

/** The newest event of a kind, once the history is here. */
export function lastOf<Name extends Happening["eventName"]>(
  app: App,
  c: Competition,
  name: Name,
): Extract<Happening, { eventName: Name }> | undefined {
  const events = historyOf(app, c) ?? [];
  return events.findLast(
    (event): event is Extract<Happening, { eventName: Name }> => event.eventName === name,
  );
}

/** The reports that came with payments against a ranking, by their CIDs; each once. */
export function evidenceOf(app: App, c: Competition): string[] {
  const digests = (historyOf(app, c) ?? []).flatMap((event) =>
    event.eventName === "DisputeFunded" && BigInt(event.args.evidenceDigest)
      ? [event.args.evidenceDigest]
      : [],
  );
  return [...new Set(digests)].map(cidOf);
}
