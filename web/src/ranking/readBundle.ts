// The published explanation of a ranking: an index and pages of rows, each verified by its digest.
import type { Address, Hex } from "viem";
import { fetchContent } from "../content/fetchContent.ts";
import type { RankedEntry } from "./leaf.ts";

/** `player` is in lower case: a checksum takes a hash, and few of ten thousand rows are looked at. */
export interface Row extends RankedEntry {
  readonly terms: Readonly<Record<string, string>>;
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
  readonly correlation: number; // millionths
  readonly mirrored: boolean;
  readonly framed: boolean;
  readonly crop: number; // pixels of 512
  readonly shift: readonly [rows: number, columns: number]; // 64ths of the crop
}

/** See scoring/copies/matches.py. */
export interface Recognition {
  readonly found: number; // features
  readonly visible: number;
  readonly mirrored: boolean;
  readonly softened: number;
}

export interface Bundle {
  readonly rows: readonly Row[];
  readonly judge: string;
  readonly modelHash: string;
  readonly seed: string;
}

export async function readBundle(gateways: readonly string[], digest: Hex): Promise<Bundle> {
  const json = async (name: Hex) =>
    JSON.parse(new TextDecoder().decode(await fetchContent(gateways, name)));
  const index = await json(digest);
  const pages: { rows: Record<string, unknown>[] }[] = await Promise.all(index.pages.map(json));
  return {
    rows: pages.flatMap((page) => page.rows.map(rowOf)),
    judge: String(index.spec?.judge ?? ""),
    modelHash: String(index.model_hash),
    seed: String(index.seed),
  };
}

const rowOf = (raw: Record<string, unknown>): Row => ({
  rank: Number(raw.rank),
  ticketId: Number(raw.ticket_id),
  player: addressOf(raw.player),
  imageDigest: raw.image_digest as Hex,
  score: BigInt(String(raw.score)),
  flags: Number(raw.flags),
  terms: raw.terms as Record<string, string>,
  reconstruction: raw.reconstruction as Hex | null,
  errorMap: raw.error_map as Hex | null,
  copy: copyOf(raw.copy as Record<string, unknown> | null),
});

function addressOf(raw: unknown): Address {
  if (!/^0x[0-9a-f]{40}$/i.test(String(raw))) throw new Error("a player's address is none");
  return String(raw).toLowerCase() as Address;
}

const copyOf = (raw: Record<string, unknown> | null | undefined): Copy | null =>
  raw
    ? { ofTicket: raw.of_ticket as number | null, evidence: raw.evidence as Evidence | null }
    : null;
