// What each phase means for a player, and when it ends.
import type { Competition, Phase } from "../chain/readCompetitions.ts";
import { say } from "../words/html.ts";

export const WORDS: Record<Phase, readonly [name: string, sentence: string, until: string]> = {
  None: ["Unknown", "There is no such competition.", ""],
  Selling: ["Tickets on sale", "The target is sealed until the sale ends.", "Sale ends in"],
  Opening: ["Opening", "The sale is over. The operator opens the target now.", "Must open within"],
  Open: ["Open", "Recreate the target and commit your image.", "Submissions close in"],
  Revealing: ["Revealing", "Reveal your image now, or it is not judged.", "Revealing ends in"],
  Seeding: [
    "Drawing the seed",
    "A public source of randomness gives the seed that nobody can choose.",
    "At most",
  ],
  Judging: ["Judging", "The oracle trains on the target and scores every image.", "Ranking due in"],
  Asserted: ["Result posted", "Anyone can recompute it before it is paid.", "Payout possible in"],
  Disputed: [
    "Disputed",
    "Somebody recomputed another result. The arbiter decides which one counts.",
    "Verdict due in",
  ],
  Resolved: ["Dispute decided", "The arbiter has decided. The prize can be paid now.", ""],
  Final: ["Final", "The winner is paid.", ""],
  Void: ["Void", "Every ticket gets its price back.", ""],
};

type Ends = "openEnds" | "revealEnds" | "judgingEnds" | "livenessEnds";

/** What tells where a competition stands. */
export interface Timed extends Pick<Competition, "phase" | "revealed" | Ends> {
  readonly terms: Pick<Competition["terms"], "saleEnds" | "minRevealed">;
  readonly dispute: Pick<Competition["dispute"], "verdictEnds">;
}

/** Where a competition stands now: worked out once, and said in the same words everywhere. */
export interface Situation {
  readonly name: string;
  readonly sentence: string;
  /** What the present phase ends with, and when in unix seconds; null when nothing is waited for. */
  readonly until: { readonly words: string; readonly at: number } | null;
  /** What anyone may do with the money now. */
  readonly anyone: "void" | "finalize" | null;
}

export function situation(c: Timed, now: number): Situation {
  const [name, sentence, words] = WORDS[c.phase];
  if (isOverdue(c, now)) {
    const few = c.phase === "Seeding" && tooFew(c);
    const what = few
      ? "Fewer images were revealed than the rules ask for."
      : "What had to happen by now did not.";
    return { name, sentence: what, until: null, anyone: "void" };
  }
  const at = phaseEnds(c);
  if (c.phase === "Resolved" || (c.phase === "Asserted" && now >= at)) {
    const why = c.phase === "Resolved" ? "The arbiter has decided." : "Nobody disputed the result.";
    const shown = c.phase === "Resolved" ? name : "Ready to pay";
    return {
      name: shown,
      sentence: say`${why} The winner can be paid now.`,
      until: null,
      anyone: "finalize",
    };
  }
  return { name, sentence, until: at ? { words, at } : null, anyone: null };
}

/** ICompetition.OPENING_SECONDS: how long the operator has to open the target. */
export const OPENING_SECONDS = 3600;

/** When the present phase ends, in unix seconds; 0 when it has no end. */
export function phaseEnds(competition: Timed): number {
  switch (competition.phase) {
    case "Selling":
      return competition.terms.saleEnds;
    case "Opening":
      return competition.terms.saleEnds + OPENING_SECONDS;
    case "Open":
      return competition.openEnds;
    case "Revealing":
      return competition.revealEnds;
    case "Seeding":
    case "Judging":
      return competition.judgingEnds;
    case "Asserted":
      return competition.livenessEnds;
    case "Disputed":
      return competition.dispute.verdictEnds;
    default:
      return 0;
  }
}

/** Whether somebody missed a deadline, or too few revealed: then anyone can void the competition. */
export function isOverdue(c: Timed, now: number): boolean {
  switch (c.phase) {
    case "Opening":
    case "Judging":
    case "Disputed":
      return now >= phaseEnds(c);
    case "Seeding":
      return now >= phaseEnds(c) || tooFew(c);
    default:
      return false;
  }
}

const tooFew = (c: Timed): boolean => c.revealed < c.terms.minRevealed;

export const VOID_WORDS: Record<string, string> = {
  TargetNotOpened: "the operator did not open the target in time",
  TooFewReveals: "too few images were revealed",
  SeedMissing: "the seed was not drawn in time",
  OracleSilent: "the oracle posted no ranking in time",
  NoWinner: "every entry was disqualified",
  NoVerdict: "the arbiter gave no verdict in time",
};
