// The evidence for a copy, in words.
import type { Copy } from "./bundle.ts";

const SIDE = 512;

/** "93.1 % alike with the entry of ticket 4, mirrored": one sentence for a disqualified copy. */
export function copyWords({ ofTicket, evidence }: Copy): string {
  const original = ofTicket === null ? "the target" : `the image of ticket ${ofTicket}`;
  if (!evidence) return `Its pixels are those of ${original}.`;
  if (evidence.kind === "recognition") {
    const { found, visible, mirrored } = evidence;
    const how = mirrored ? ", mirrored" : "";
    return `${found} of the ${visible} features of ${original} that it could show are in it${how}.`;
  }
  const alike = (Math.abs(evidence.correlation) / 10_000).toFixed(1);
  const how = [
    evidence.mirrored ? "mirrored" : "",
    evidence.correlation < 0 ? "as a negative" : "",
    evidence.framed ? "within a frame" : "",
    evidence.crop < SIDE ? `cut to ${evidence.crop} of ${SIDE} pixels` : "",
    evidence.moved ? "moved" : "",
  ].filter(Boolean);
  return `Its shapes are ${alike} % those of ${original}${how.length ? `, ${list(how)}` : ""}.`;
}

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
