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
  readonly remarks: readonly Remark[];
}

/** Why a row is disqualified as a copy. */
export interface Copy {
  /** The earlier entry; null: the target. */
  readonly ofTicket: number | null;
  /** Null: the very same pixels. */
  readonly evidence: SharedGrain | null;
}

/** What a ranked row looks like an edit of; it decides nothing. */
export interface Remark {
  /** The earlier entry; null: the target. */
  readonly ofTicket: number | null;
  readonly evidence: Evidence;
}

export type Evidence = Correlation | Recognition | SharedPatches;

/** See scoring/copies/grain.py. */
export interface SharedGrain {
  readonly same: number; // blocks
  readonly telling: number;
  readonly mirrored: boolean;
}

/** See scoring/copies/patches.py. */
export interface SharedPatches {
  readonly kind: "patches";
  readonly correlation: number; // millionths
  readonly mirrored: boolean;
}

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
