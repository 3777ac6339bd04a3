// The evidence for a copy, and for a remark, in words.
import { say, word } from "../words/html.ts";
import { decimal, listed } from "../words/writing.ts";
import type { Copy, Remark } from "./bundle.ts";

const SIDE = 512;

/** "912 of the 983 telling blocks of the target are in it": one sentence for a disqualified copy. */
export function copyWords({ ofTicket, evidence }: Copy): string {
  const original = nameOf(ofTicket);
  if (!evidence) return say`Its pixels are those of ${original}.`;
  const { same, telling, mirrored } = evidence;
  const how = mirrored ? word(", mirrored") : "";
  return say`${same} of the ${telling} spots of ${original} that can be told apart are in it, pixel by pixel${how}.`;
}

/** "Its shapes are 93.1 % those of the target, moved": one sentence for a remark. */
export function remarkWords({ ofTicket, evidence }: Remark): string {
  const original = nameOf(ofTicket);
  const flipped = evidence.mirrored ? word(", mirrored") : "";
  if (evidence.kind === "recognition") {
    const { found, visible } = evidence;
    return say`${found} of the ${visible} features of ${original} that it could show are in it${flipped}.`;
  }
  const alike = decimal(Math.abs(evidence.correlation) / 10_000, 1);
  if (evidence.kind === "patches")
    return say`Pieces of ${original} are found near their places, ${alike} % alike${flipped}.`;
  const how = [
    evidence.mirrored ? word("mirrored") : "",
    evidence.correlation < 0 ? "as a negative" : "",
    evidence.framed ? "within a frame" : "",
    evidence.crop < SIDE ? say`cut to ${evidence.crop} of ${SIDE} pixels` : "",
    evidence.moved ? word("moved") : "",
  ].filter(Boolean);
  return say`Its shapes are ${alike} % those of ${original}${how.length ? `, ${listed(how)}` : ""}.`;
}

const nameOf = (ticket: number | null): string =>
  ticket === null ? "the target" : say`the image of ticket ${ticket}`;
