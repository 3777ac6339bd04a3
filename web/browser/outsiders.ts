// Players and others who act on the contract without the page, so that there is somebody to play with.
import { readFileSync } from "node:fs";
import { type Address, decodeFunctionResult, encodeFunctionData, type Hex, toHex } from "viem";
import { competitionAbi as abi } from "../src/chain/generated/competition.ts";
import { digestOf } from "../src/content/digest.ts";
import { hashSubmission } from "../src/secret/secret.ts";
import type { Stage } from "./stage.ts";

const SALT = `0x${"5a".repeat(32)}` as const;

let contract: Address | undefined;

export async function contractOf({ devnet }: Stage): Promise<Address> {
  contract ??= (await (await fetch(`${devnet.page}config.json`)).json()).contract as Address;
  return contract;
}

/** Sends a transaction and waits until it is mined. */
export async function act(
  stage: Stage,
  from: string,
  functionName: string,
  args: readonly unknown[],
  value = 0n,
): Promise<void> {
  const hash = await post(stage, from, functionName, args, value);
  for (;;) {
    const receipt = (await stage.devnet.request("eth_getTransactionReceipt", [hash])) as {
      status: Hex;
    } | null;
    if (receipt?.status === "0x1") return;
    if (receipt) throw new Error(`${functionName} was reverted`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Sends a transaction without waiting. */
export async function post(
  stage: Stage,
  from: string,
  functionName: string,
  args: readonly unknown[],
  value = 0n,
): Promise<Hex> {
  const data = encodeFunctionData({ abi, functionName, args } as never);
  const to = await contractOf(stage);
  const request = [{ from, to, data, value: toHex(value) }];
  return (await stage.devnet.request("eth_sendTransaction", request)) as Hex;
}

export async function look<T>(
  stage: Stage,
  functionName: string,
  args: readonly unknown[],
): Promise<T> {
  const data = encodeFunctionData({ abi, functionName, args } as never);
  const to = await contractOf(stage);
  const result = (await stage.devnet.request("eth_call", [{ to, data }, "latest"])) as Hex;
  return decodeFunctionResult({ abi, functionName, data: result } as never) as T;
}

export interface Outsider {
  readonly account: Address;
  readonly ticketId: number;
  readonly image: Uint8Array;
}

/** Buys a ticket; tickets of a competition are numbered in the order of sale. */
export async function buy(
  stage: Stage,
  id: number,
  account: string,
  image: string,
  ticketId: number,
): Promise<Outsider> {
  await act(stage, account, "buyTicket", [id], 10n ** 16n);
  const file = readFileSync(`${stage.devnet.images}/${image}.png`);
  return { account: account as Address, ticketId, image: new Uint8Array(file) };
}

export async function commit(stage: Stage, id: number, outsider: Outsider): Promise<void> {
  const domain = { chainId: 31337, contract: await contractOf(stage) };
  const ticket = { id: BigInt(id), ticketId: BigInt(outsider.ticketId), player: outsider.account };
  const hash = hashSubmission(domain, ticket, digestOf(outsider.image), SALT);
  await act(stage, outsider.account, "commitSubmission", [id, outsider.ticketId, hash]);
}

export async function reveal(stage: Stage, id: number, outsider: Outsider): Promise<void> {
  const digest = await stage.devnet.put(outsider.image);
  await act(stage, outsider.account, "revealSubmission", [id, outsider.ticketId, digest, SALT]);
}
