// What a published bundle says about a ranking.
import type { Hex } from "viem";
import type { RankedEntry } from "./leaf.ts";

/** `player` is in lower case. */
export interface Row extends RankedEntry {
  /** What adds up to the score, by name. */
  readonly terms: ReadonlyMap<string, bigint>;
  readonly reconstruction: Hex | null;
  readonly errorMap: Hex | null;
  readonly copy: Copy | null;
}

/** Why a row is disqualified as a copy. */
export interface Copy {
  /** The earlier entry; null: the target. */
  readonly ofTicket: number | null;
  /** The best match found; null: the very same pixels. */
  readonly evidence: Evidence | null;
}

export type Evidence = Correlation | Recognition;

/** See scoring/copies/correlation.py. */
export interface Correlation {
  readonly kind: "correlation";
  readonly correlation: number; // millionths
  readonly mirrored: boolean;
  readonly framed: boolean;
  readonly crop: number; // pixels of 512
  readonly moved: boolean;
}

/** See scoring/copies/matches.py. */
export interface Recognition {
  readonly kind: "recognition";
  readonly found: number; // features
  readonly visible: number;
  readonly mirrored: boolean;
}

export interface Bundle {
  readonly rows: readonly Row[];
  readonly judge: string;
}
