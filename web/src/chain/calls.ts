// What a player can do on the contract: every call with the arguments that the ABI gives it.
import {
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  concatHex,
  encodeFunctionData,
  getContractError,
  type Hex,
} from "viem";
import { call as ethCall } from "viem/actions";
import type { Config } from "../config.ts";
import { messageOf } from "../messageOf.ts";
import type { Reader } from "./client.ts";
import { competitionAbi as abi } from "./generated/competition.ts";

type Abi = typeof abi;
type Changing = "nonpayable" | "payable";
type Action = ContractFunctionName<Abi, Changing>;

interface CallOf<Name extends Action> {
  readonly functionName: Name;
  readonly args: ContractFunctionArgs<Abi, Changing, Name>;
  readonly value?: bigint;
  /** Appended to the calldata; the contract ignores it. */
  readonly dataSuffix?: Hex;
}

/** A call of any of the contract's functions that change something. */
export type Call = { [Name in Action]: CallOf<Name> }[Action];

/** The transaction that makes a call. */
export interface Request {
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

/** Several calls as one transaction: see together.ts. */
export interface Together {
  readonly functionName: "together";
  readonly request: Request;
}

export const requestOf = (config: Pick<Config, "contract">, call: Call | Together): Request =>
  call.functionName === "together"
    ? call.request
    : {
        to: config.contract,
        data: concatHex([encodeFunctionData({ abi, ...call }), call.dataSuffix ?? "0x"]),
        value: call.value ?? 0n,
      };

/** Tries a call without sending it. Throws what the contract says against it. */
export async function simulate(
  reader: Reader,
  config: Config,
  call: Call | Together,
  account: Address,
): Promise<void> {
  try {
    await ethCall(reader, { ...requestOf(config, call), account });
  } catch (error) {
    if (call.functionName === "together") throw error;
    const cause = error instanceof Error ? error : new Error(messageOf(error));
    const { functionName, args } = call;
    throw getContractError(cause, { abi, address: config.contract, functionName, args });
  }
}
