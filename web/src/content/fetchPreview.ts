// Small pictures as the daemon draws them (oracle/api/previews.py): quick to load, and not checked.
import type { Hex } from "viem";
import { cidOf } from "./digest.ts";
import { readUrl } from "./fetchContent.ts";

const MAX_BYTES = 393_216;

/** Pixels of a side. */
export type PreviewSide = 128 | 256 | 512;

/** The address of a preview in this browser. Throws when none is served. */
export async function fetchPreview(
  previews: string,
  digest: Hex,
  side: PreviewSide,
): Promise<string> {
  const bytes = await readUrl(`${previews}${side}/${cidOf(digest)}`, MAX_BYTES);
  return URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
}
