// The winner's row alone: the first page of a bundle, however many entries the ranking has.
import type { Hex } from "viem";
import { index, page } from "../border/bundle.ts";
import { Malformed, parseJson } from "../border/parse.ts";
import { fetchContent } from "../content/fetchContent.ts";
import type { Row } from "./bundle.ts";

/** Which image won, and how far it is from the target, in words. */
export interface Winner {
  readonly row: Row;
  readonly judge: string;
}

/** The row of the ticket that the chain says won; the digest is the one on-chain. */
export async function readWinner(
  gateways: readonly string[],
  digest: Hex,
  entries: number,
  ticketId: number,
): Promise<Winner> {
  const read = async (name: Hex) => new TextDecoder().decode(await fetchContent(gateways, name));
  const { pages, judge } = parseJson(await read(digest), index(entries), "the bundle");
  const [first] = pages;
  const rows = first ? parseJson(await read(first), page, "page 1 of the bundle") : [];
  const row = rows.find((one) => one.ticketId === ticketId);
  if (!row) throw new Malformed(`the bundle does not begin with ticket ${ticketId}, which won`);
  return { row, judge };
}
