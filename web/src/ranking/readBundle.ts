// The published explanation of a ranking: an index and pages of rows, each verified by its digest.
import { getAddress, type Hex } from "viem";
import { fetchContent } from "../content/fetchContent.ts";
import type { RankedEntry } from "./leaf.ts";

export interface Row extends RankedEntry {
  readonly terms: Readonly<Record<string, string>>;
  readonly reconstruction: Hex | null;
  readonly errorMap: Hex | null;
}

export async function readBundle(gateways: readonly string[], digest: Hex): Promise<Row[]> {
  const json = async (name: Hex) =>
    JSON.parse(new TextDecoder().decode(await fetchContent(gateways, name)));
  const index = await json(digest);
  const pages: { rows: Record<string, unknown>[] }[] = await Promise.all(index.pages.map(json));
  return pages.flatMap((page) => page.rows.map(rowOf));
}

const rowOf = (raw: Record<string, unknown>): Row => ({
  rank: Number(raw.rank),
  ticketId: Number(raw.ticket_id),
  player: getAddress(String(raw.player)),
  imageDigest: raw.image_digest as Hex,
  score: BigInt(String(raw.score)),
  flags: Number(raw.flags),
  terms: raw.terms as Record<string, string>,
  reconstruction: raw.reconstruction as Hex | null,
  errorMap: raw.error_map as Hex | null,
});
