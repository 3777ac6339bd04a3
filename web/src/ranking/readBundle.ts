// Fetches the published explanation of a ranking: an index, and pages of rows.
import type { Hex } from "viem";
import { index, page } from "../border/bundle.ts";
import { Malformed, type Parser, parseJson } from "../border/parse.ts";
import { fetchContent } from "../content/fetchContent.ts";
import type { Bundle } from "./bundle.ts";

/** The bundle behind `digest`, of a ranking with at most `entries` rows. */
export async function readBundle(
  gateways: readonly string[],
  digest: Hex,
  entries: number,
): Promise<Bundle> {
  const read = async <T>(name: Hex, parser: Parser<T>, what: string): Promise<T> =>
    parseJson(new TextDecoder().decode(await fetchContent(gateways, name)), parser, what);
  const { pages, judge } = await read(digest, index(entries), "the bundle");
  const rows = (
    await Promise.all(pages.map((name, i) => read(name, page, `page ${i + 1} of the bundle`)))
  ).flat();
  if (rows.length > entries)
    throw new Malformed(`the bundle has ${rows.length} rows for ${entries} entries`);
  return { rows, judge };
}
