// The contract's storage, changed from outside, for what no honest oracle would post.
import { type Address, encodeAbiParameters, type Hex, keccak256, toHex } from "viem";
import { word } from "../../src/border/parse.ts";
import type { Stage } from "../stage.ts";

const MAPPINGS = 8n;
const WORDS = 16n;

/** Changes words of a competition's record, wherever the contract keeps it; gives how many. */
export async function overwrite(
  { devnet }: Stage,
  id: number,
  contract: Address,
  changes: (value: Hex) => Hex | null,
): Promise<number> {
  let changed = 0;
  for (let mapping = 0n; mapping < MAPPINGS && !changed; mapping++) {
    const key = encodeAbiParameters(
      [{ type: "uint256" }, { type: "uint256" }],
      [BigInt(id), mapping],
    );
    const base = BigInt(keccak256(key));
    for (let slot = base; slot < base + WORDS; slot++) {
      const at = toHex(slot, { size: 32 });
      const value = word(
        await devnet.request("eth_getStorageAt", [contract, at, "latest"]),
        "word",
      );
      const next = changes(value);
      if (!next) continue;
      await devnet.request("anvil_setStorageAt", [contract, at, next]);
      changed++;
    }
  }
  return changed;
}
