// sha256 digests and the CIDs that say the same: CIDv1, raw codec, sha2-256, base32.
import { bytesToHex, type Hex, hexToBytes, sha256 } from "viem";
import type { Bytes } from "./bytes.ts";

const PREFIX = [0x01, 0x55, 0x12, 0x20]; // version 1, raw, sha2-256, 32 bytes
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

export const digestOf = (bytes: Uint8Array): Hex => sha256(bytes);

/** The same beside the page's own work, where the browser has that: over HTTPS and on this machine. */
export const digestAside = async (bytes: Bytes): Promise<Hex> =>
  crypto.subtle
    ? bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
    : digestOf(bytes);

/** The CID of the block whose sha256 is `digest`: 59 characters beginning with `bafkrei`. */
export function cidOf(digest: Hex): string {
  const bytes = [...PREFIX, ...hexToBytes(digest)];
  if (bytes.length !== 36) throw new Error("a digest has 32 bytes");
  let [out, bits, value] = ["b", 0, 0];
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return bits ? out + ALPHABET[(value << (5 - bits)) & 31] : out;
}
