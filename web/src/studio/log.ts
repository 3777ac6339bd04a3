// A studio's published log of one competition: read from content, and believed only when its chain
// leads to what the studio signed (oracle/studio/log.py, oracle/studio/publishing.py).
import { type Address, concatHex, type Hex, isAddressEqual, sha256, stringToHex } from "viem";
import { Malformed, parseJson } from "../border/parse.ts";
import type { Reader } from "../chain/client.ts";
import type { Bytes } from "../content/bytes.ts";
import { fetchContent } from "../content/fetchContent.ts";
import type { Domain } from "../ranking/leaf.ts";
import { type LogIndex, logIndex, type PromptRecord, record } from "./answers.ts";
import { hashLogHead, isSignedBy } from "./signed.ts";

const FORMAT = "judging-oracle studio log 1";
const LINE = 10;

/** What the chain of a competition's log begins with. */
export const firstHash = ({ chainId, contract }: Domain, id: bigint): Hex =>
  sha256(stringToHex(`judging-oracle studio log ${chainId}:${contract.toLowerCase()}:${id}`));

/** The chain's hash after one more record, given as the bytes that stand in the log. */
export const nextHash = (before: Hex, line: Uint8Array): Hex =>
  sha256(concatHex([before, sha256(line)]));

/** The lines of a page of the log. */
export function linesOf(page: Bytes): Bytes[] {
  const lines: Bytes[] = [];
  for (let from = 0; from < page.length; ) {
    const end = page.indexOf(LINE, from);
    const to = end < 0 ? page.length : end;
    if (to > from) lines.push(page.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

/** One record; throws when its words are not those that were hashed. */
export function readRecord(line: Uint8Array): PromptRecord {
  const found = parseJson(new TextDecoder().decode(line), record, "a record of the log");
  if (found.prompt !== null && sha256(stringToHex(found.prompt)) !== found.promptSha256)
    throw new Malformed(`the record of ticket ${found.ticketId} names other words than it hashes`);
  return found;
}

export interface LogOf {
  readonly domain: Domain;
  readonly id: bigint;
  readonly studio: Address;
}

/** Every record of the log behind `digest`. Throws with what is wrong with it. */
export async function readStudioLog(
  gateways: readonly string[],
  digest: Hex,
  of: LogOf,
  reader: Reader | null,
): Promise<PromptRecord[]> {
  const text = new TextDecoder().decode(await fetchContent(gateways, digest));
  const index = parseJson(text, logIndex, "the log");
  requireOwn(index, of);
  const hash = hashLogHead(of.domain, of.id, index);
  if (!(await isSignedBy(reader, of.studio, hash, index.signature)))
    throw new Malformed("the competition's studio has not signed this log");
  let head = firstHash(of.domain, of.id);
  const records: PromptRecord[] = [];
  for (const page of index.pages)
    for (const line of linesOf(await fetchContent(gateways, page))) {
      head = nextHash(head, line);
      records.push(readRecord(line));
    }
  if (head !== index.head || records.length !== index.length)
    throw new Malformed("its records do not hash to what the studio signed");
  return records;
}

function requireOwn(index: LogIndex, { domain, id }: LogOf): void {
  const own =
    index.format === FORMAT &&
    index.chainId === domain.chainId &&
    isAddressEqual(index.contract, domain.contract) &&
    index.competition === id;
  if (!own) throw new Malformed("this is the log of something else");
}
