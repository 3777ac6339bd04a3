// Secrets and images in this browser: a small record in localStorage, the image beside it.
import { bytesToHex, type Hex, hexToBytes } from "viem";
import type { Secret } from "./secret.ts";

const name = (commitment: Hex) => `submission:${commitment}`;

export const keepSecret = (secret: Secret): void =>
  localStorage.setItem(name(secret.commitment), JSON.stringify(secret));

export function loadSecret(commitment: Hex): Secret | null {
  const text = localStorage.getItem(name(commitment));
  return text ? (JSON.parse(text) as Secret) : null;
}

export const keepImage = (digest: Hex, bytes: Uint8Array): void => {
  try {
    localStorage.setItem(`image:${digest}`, bytesToHex(bytes));
  } catch {
    // No room: the copy with the oracle serves.
  }
};

export function loadImage(digest: Hex): Uint8Array | null {
  const text = localStorage.getItem(`image:${digest}`);
  return text ? hexToBytes(text as Hex) : null;
}
