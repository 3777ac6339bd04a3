// Content by digest, from any of several gateways, believed only when it hashes to its name.

import type { Hex } from "viem";
import { messageOf } from "../messageOf.ts";
import type { Bytes } from "./bytes.ts";
import { cidOf, digestAside } from "./digest.ts";

const MAX_BYTES = 1_048_576;
const SECONDS = 15;

export class ContentMissing extends Error {}

/** The bytes behind `digest`. Throws `ContentMissing` with what each gateway did. */
export async function fetchContent(gateways: readonly string[], digest: Hex): Promise<Bytes> {
  const troubles: string[] = [];
  for (const gateway of gateways) {
    try {
      const bytes = await readUrl(`${gateway}/ipfs/${cidOf(digest)}?format=raw`, MAX_BYTES);
      if ((await digestAside(bytes)) === digest) return bytes;
      troubles.push(`${new URL(gateway).host} served other bytes`);
    } catch (error) {
      troubles.push(`${new URL(gateway).host}: ${messageOf(error)}`);
    }
  }
  throw new ContentMissing(troubles.join("; ") || "no gateway is configured");
}

/** What an address serves, if that is at most `mostBytes`. */
export async function readUrl(url: string, mostBytes: number): Promise<Bytes> {
  const response = await fetch(url, { signal: AbortSignal.timeout(SECONDS * 1000) });
  // No content, which some browsers give an empty body.
  if (!response.ok || response.status === 204 || !response.body)
    throw new Error(`status ${response.status}`);
  return readCapped(response, mostBytes);
}

/** The body of a response. Throws when it has more than `most` bytes. */
export async function readCapped({ body }: Response, most: number): Promise<Bytes> {
  if (!body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (const reader = body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new Error(`more than ${most} bytes`);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
