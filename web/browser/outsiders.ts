// Players and others who act on the contract without the page, so that there is somebody to play with.
import { readFileSync } from "node:fs";
import { type Address, createClient, getAddress, type Hex, http, toHex } from "viem";
import { getContractEvents, readContract } from "viem/actions";
import { at } from "../src/at.ts";
import { bytes, nullOr, object } from "../src/border/parse.ts";
import { type Call, requestOf } from "../src/chain/calls.ts";
import { competitionAbi as abi } from "../src/chain/generated/competition.ts";
import { digestOf } from "../src/content/digest.ts";
import { hashSubmission } from "../src/secret/secret.ts";
import type { Stage } from "./stage.ts";

const SALT = `0x${"5a".repeat(32)}` as const;

let contract: Address | undefined;

export async function contractOf({ devnet }: Stage): Promise<Address> {
  if (contract) return contract; // also while the daemon that tells it is stopped
  const config = await (await fetch(`${devnet.page}config.json`)).json();
  contract = getAddress(config.contract);
  return contract;
}

/** Sends a transaction and waits until it is mined. */
export async function act(stage: Stage, from: string, call: Call): Promise<void> {
  const hash = await post(stage, from, call);
  for (;;) {
    const status = receipt(await stage.devnet.request("eth_getTransactionReceipt", [hash]), hash);
    if (status === "0x1") return;
    if (status) throw new Error(`${call.functionName} was reverted`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const receipt = nullOr(object((field) => field("status", bytes)));

/** Sends a transaction without waiting. */
export async function post(stage: Stage, from: string, call: Call): Promise<Hex> {
  const contract = await contractOf(stage);
  const { to, data, value } = requestOf({ contract }, call);
  const sent = [{ from, to, data, value: toHex(value) }];
  return bytes(await stage.devnet.request("eth_sendTransaction", sent), "the hash");
}

/** The contract, for reading it with viem's own types. */
async function contractFor(stage: Stage) {
  const client = createClient({ transport: http(stage.devnet.rpc) });
  return [client, { address: await contractOf(stage), abi }] as const;
}

export async function competitionOf(stage: Stage, id: number) {
  const [client, contract] = await contractFor(stage);
  return readContract(client, { ...contract, functionName: "competitionOf", args: [BigInt(id)] });
}

/** Who holds a ticket. */
export async function holderOf(stage: Stage, id: number, ticketId: number): Promise<Address> {
  const [client, contract] = await contractFor(stage);
  const args = [BigInt(id), BigInt(ticketId)] as const;
  return (await readContract(client, { ...contract, functionName: "ticketOf", args })).player;
}

/** The event of a ticket's reveal. */
export async function revealOf(stage: Stage, id: number, ticketId: number) {
  const [client, { address }] = await contractFor(stage);
  const logs = await getContractEvents(client, {
    ...{ address, abi, eventName: "SubmissionRevealed", fromBlock: 0n, strict: true },
    args: { id: BigInt(id), ticketId: BigInt(ticketId) },
  });
  return at(logs, 0).args;
}

export async function creditOf(stage: Stage, account: Address): Promise<bigint> {
  const [client, contract] = await contractFor(stage);
  return readContract(client, { ...contract, functionName: "creditOf", args: [account] });
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
  account: Address,
  image: string,
  ticketId: number,
): Promise<Outsider> {
  const value = 10n ** 16n;
  await act(stage, account, { functionName: "buyTicket", args: [BigInt(id)], value });
  const file = readFileSync(`${stage.devnet.images}/${image}.png`);
  return { account, ticketId, image: new Uint8Array(file) };
}

export async function commit(stage: Stage, id: number, outsider: Outsider): Promise<void> {
  const domain = { chainId: 31337, contract: await contractOf(stage) };
  const ticket = { id: BigInt(id), ticketId: BigInt(outsider.ticketId), player: outsider.account };
  const hash = hashSubmission(domain, ticket, digestOf(outsider.image), SALT);
  const args = [ticket.id, ticket.ticketId, hash] as const;
  await act(stage, outsider.account, { functionName: "commitSubmission", args });
}

export async function reveal(stage: Stage, id: number, outsider: Outsider): Promise<void> {
  const digest = await stage.devnet.put(outsider.image);
  const args = [BigInt(id), BigInt(outsider.ticketId), digest, SALT] as const;
  await act(stage, outsider.account, { functionName: "revealSubmission", args });
}
