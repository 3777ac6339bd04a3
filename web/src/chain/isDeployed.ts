// Whether the code at an address is a contract that this page knows, whatever it was deployed with.
import { type Hex, hexToBytes, sha256 } from "viem";

export interface Mold {
  /** Of the code with zeros in its open places. */
  readonly sha256: Hex;
  /** Where the values stand that a deployment fills in: start and length in bytes. */
  readonly open: readonly (readonly [start: number, length: number])[];
}

export function isDeployed(code: Hex, mold: Mold): boolean {
  const bytes = hexToBytes(code);
  for (const [start, length] of mold.open) bytes.fill(0, start, start + length);
  return sha256(bytes) === mold.sha256;
}
