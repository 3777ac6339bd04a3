// The evidence for a copy, and for a remark, in words.
import type { Copy, Remark } from "./bundle.ts";

const SIDE = 512;

/** "912 of the 983 telling blocks of the target are in it": one sentence for a disqualified copy. */
export function copyWords({ ofTicket, evidence }: Copy): string {
  const original = nameOf(ofTicket);
  if (!evidence) return `Its pixels are those of ${original}.`;
  const { same, telling, mirrored } = evidence;
  const how = mirrored ? ", mirrored" : "";
  return `${same} of the ${telling} spots of ${original} that can be told apart are in it, pixel by pixel${how}.`;
}

/** "Its shapes are 93.1 % those of the target, moved": one sentence for a remark. */
export function remarkWords({ ofTicket, evidence }: Remark): string {
  const original = nameOf(ofTicket);
  const flipped = evidence.mirrored ? ", mirrored" : "";
  if (evidence.kind === "recognition") {
    const { found, visible } = evidence;
    return `${found} of the ${visible} features of ${original} that it could show are in it${flipped}.`;
  }
  const alike = (Math.abs(evidence.correlation) / 10_000).toFixed(1);
  if (evidence.kind === "patches")
    return `Pieces of ${original} are found near their places, ${alike} % alike${flipped}.`;
  const how = [
    evidence.mirrored ? "mirrored" : "",
    evidence.correlation < 0 ? "as a negative" : "",
    evidence.framed ? "within a frame" : "",
    evidence.crop < SIDE ? `cut to ${evidence.crop} of ${SIDE} pixels` : "",
    evidence.moved ? "moved" : "",
  ].filter(Boolean);
  return `Its shapes are ${alike} % those of ${original}${how.length ? `, ${list(how)}` : ""}.`;
}

const nameOf = (ticket: number | null): string =>
  ticket === null ? "the target" : `the image of ticket ${ticket}`;

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
