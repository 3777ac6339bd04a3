// Secrets in this browser: a small record for each commitment, and the oracle's receipts for images.
import type { Hex } from "viem";
import type { Secret } from "./secret.ts";

const name = (commitment: Hex) => `submission:${commitment}`;

export const keepSecret = (secret: Secret): void =>
  localStorage.setItem(name(secret.commitment), JSON.stringify(secret));

export function loadSecret(commitment: Hex): Secret | null {
  const text = localStorage.getItem(name(commitment));
  return text ? (JSON.parse(text) as Secret) : null;
}

/** The oracle's signed promise to keep an image: what to show when it is missing all the same. */
export const keepReceipt = (digest: Hex, receipt: unknown): void =>
  localStorage.setItem(`receipt:${digest}`, JSON.stringify(receipt));

export function loadReceipt(digest: Hex): unknown {
  return JSON.parse(localStorage.getItem(`receipt:${digest}`) ?? "null");
}
