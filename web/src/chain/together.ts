// Calls that anybody may make, in one transaction where the chain has a contract for that.
import { type Address, encodeFunctionData, multicall3Abi } from "viem";
import { getCode } from "viem/actions";
import type { Config } from "../config.ts";
import { type Call, requestOf, type Together } from "./calls.ts";
import type { Reader } from "./client.ts";

/** Multicall3, at the same address on most chains: https://www.multicall3.com. */
export const MULTICALL: Address = "0xcA11bde05977b3631167028862bE2a173976CA11";
/** A payment to an account may take 200,000 gas. */
const AT_ONCE = 50;

/**
 * These calls in as few transactions as this chain allows. They move no money of the sender's, and do
 * not depend on who sends them: to the contract that is Multicall3.
 */
export async function together(
  reader: Reader,
  config: Config,
  calls: readonly Call[],
): Promise<readonly (Call | Together)[]> {
  if (calls.length < 2 || !(await getCode(reader, { address: MULTICALL }))) return calls;
  const parts: Together[] = [];
  for (let start = 0; start < calls.length; start += AT_ONCE)
    parts.push(asOne(config, calls.slice(start, start + AT_ONCE)));
  return parts;
}

const asOne = (config: Config, calls: readonly Call[]): Together => {
  // One that somebody else has made meanwhile must not undo the others.
  const all = calls.map((call) => {
    const { to, data } = requestOf(config, call);
    return { target: to, allowFailure: true, callData: data };
  });
  const data = encodeFunctionData({ abi: multicall3Abi, functionName: "aggregate3", args: [all] });
  return { functionName: "together", request: { to: MULTICALL, data, value: 0n } };
};
