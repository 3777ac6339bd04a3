// Where a competition's seed comes from: a beacon's round, proven by the beacon's contract.
import { type Address, type Hex, keccak256 } from "viem";
import { getCode, readContract } from "viem/actions";
import type { Reader } from "./client.ts";
import { beaconAbi, beaconMold } from "./generated/beacon.ts";
import { isDeployed } from "./isDeployed.ts";

/** Whose rounds a beacon's contract takes: drand's public network's, or who knows whose. */
export type Beacon = "quicknet" | "another network" | "unknown";

/** keccak256 of quicknet's public key as the contract has it, 256 bytes. */
const QUICKNET = "0xc29cfe4a677e7fdce22825ba42da8cd4eaa12c45f7c9b64f80c7dad3ea6d2ee4";

export async function readBeacon(reader: Reader, address: Address): Promise<Beacon> {
  const code = await getCode(reader, { address });
  if (!code || !isDeployed(code, beaconMold)) return "unknown";
  const key = await readContract(reader, { address, abi: beaconAbi, functionName: "publicKey" });
  return keccak256(key) === QUICKNET ? "quicknet" : "another network";
}

/** When a round comes, in unix seconds. */
export async function readRoundTime(
  reader: Reader,
  address: Address,
  round: bigint,
): Promise<number> {
  const asked = { address, abi: beaconAbi, functionName: "timeOf", args: [round] } as const;
  return Number(await readContract(reader, asked));
}

/** Asks the beacon's contract for a round's randomness; throws when the signature proves nothing. */
export const proveRound = (
  reader: Reader,
  address: Address,
  round: bigint,
  signature: Hex,
): Promise<Hex> =>
  readContract(reader, {
    ...{ address, abi: beaconAbi },
    ...{ functionName: "randomnessOf", args: [round, signature] },
  });
