// Who decides the disputes of a competition, as far as the chain tells.
import { type Address, isAddressEqual } from "viem";
import { getCode, readContract } from "viem/actions";
import type { Config } from "../config.ts";
import type { Reader } from "./client.ts";
import { quorumAbi, quorumMold } from "./generated/quorum.ts";
import { isDeployed } from "./isDeployed.ts";

export type Arbiter =
  /** One account, which stakes nothing. */
  | { readonly kind: "account" }
  /** A contract that this page does not know. */
  | { readonly kind: "unknown" }
  | Quorum;

/** A quorum of auditors. */
export interface Quorum {
  readonly kind: "quorum";
  /** Whether it decides disputes of this page's contract. */
  readonly servesUs: boolean;
  readonly members: number;
  /** Members that have staked enough to vote. */
  readonly staked: number;
  /** How many have to agree. */
  readonly threshold: number;
}

export async function readArbiter(
  reader: Reader,
  config: Pick<Config, "contract">,
  address: Address,
): Promise<Arbiter> {
  const code = await getCode(reader, { address });
  if (!code) return { kind: "account" };
  if (!isDeployed(code, quorumMold)) return { kind: "unknown" };
  const contract = { address, abi: quorumAbi } as const;
  const [competition, members, threshold] = await Promise.all([
    readContract(reader, { ...contract, functionName: "competition" }),
    readContract(reader, { ...contract, functionName: "members" }),
    readContract(reader, { ...contract, functionName: "threshold" }),
  ]);
  const active = await Promise.all(
    members.map((member) =>
      readContract(reader, { ...contract, functionName: "isActive", args: [member] }),
    ),
  );
  return {
    kind: "quorum",
    servesUs: isAddressEqual(competition, config.contract),
    members: members.length,
    staked: active.filter(Boolean).length,
    threshold: Number(threshold),
  };
}
