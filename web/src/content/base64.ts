// Bytes as text, for files of JSON.
import type { Bytes } from "./bytes.ts";

const AT_ONCE = 8192; // arguments that a call may have everywhere

export function toBase64(bytes: Bytes): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += AT_ONCE)
    text += String.fromCharCode(...bytes.subarray(from, from + AT_ONCE));
  return btoa(text);
}

/** Throws for text that is not base64. */
export const fromBase64 = (text: string): Bytes =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
