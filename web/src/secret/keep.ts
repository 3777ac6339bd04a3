// Secrets in this browser: a small record for each commitment, and the oracle's receipts for images.
import type { Hex } from "viem";
import { type Json, json, nullOr, object, word } from "../border/parse.ts";
import { keep, stored } from "../border/stored.ts";
import type { Secret } from "./secret.ts";

const name = (commitment: Hex) => `submission:${commitment}`;

const secret = nullOr(
  object((field) => ({
    imageDigest: field("imageDigest", word),
    salt: field("salt", word),
    commitment: field("commitment", word),
  })),
);

export const keepSecret = (kept: Secret): void => keep(name(kept.commitment), kept);

export function loadSecret(commitment: Hex): Secret | null {
  return stored(name(commitment), secret, null);
}

/** The oracle's signed promise to keep an image: what to show when it is missing all the same. */
export const keepReceipt = (digest: Hex, receipt: Json): void => keep(`receipt:${digest}`, receipt);

export function loadReceipt(digest: Hex): Json {
  return stored(`receipt:${digest}`, json, null);
}
