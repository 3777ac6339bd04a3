// Reads a player's tickets with what stands on-chain for each.
import type { Address, Hex } from "viem";
import { getContractEvents, getTransaction, multicall } from "viem/actions";
import type { Config } from "../config.ts";
import { contractOf, type Reader } from "./client.ts";

export interface OwnTicket {
  readonly id: bigint;
  readonly ticketId: bigint;
  readonly player: Address;
  readonly commitment: Hex | null;
  readonly revealed: boolean;
  readonly refunded: boolean;
}

export async function readTickets(
  reader: Reader,
  config: Config,
  player: Address,
  id?: bigint,
): Promise<OwnTicket[]> {
  const contract = contractOf(config);
  const bought = await getContractEvents(reader, {
    ...contract,
    eventName: "TicketBought",
    args: { player, id },
    fromBlock: config.startBlock,
    strict: true,
  });
  const keys = bought.map(({ args }) => [args.id, args.ticketId] as const);
  const tickets = await multicall(reader, {
    allowFailure: false,
    deployless: true,
    contracts: keys.map((args) => ({ ...contract, functionName: "ticketOf", args }) as const),
  });
  return tickets.map(({ commitment, revealed, refunded }, i) => ({
    id: keys[i]?.[0] as bigint,
    ticketId: keys[i]?.[1] as bigint,
    player,
    commitment: BigInt(commitment) ? commitment : null,
    revealed,
    refunded,
  }));
}

/** The input of the transaction that made a ticket's latest commitment. */
export async function readCommitInput(
  reader: Reader,
  config: Config,
  ticket: OwnTicket,
): Promise<Hex | null> {
  const logs = await getContractEvents(reader, {
    ...contractOf(config),
    eventName: "SubmissionCommitted",
    args: { id: ticket.id, ticketId: ticket.ticketId },
    fromBlock: config.startBlock,
    strict: true,
  });
  const log = logs.findLast(({ args }) => args.commitment === ticket.commitment);
  return log ? (await getTransaction(reader, { hash: log.transactionHash })).input : null;
}

/** Why a competition is void: the number of its reason. */
export async function readVoidReason(reader: Reader, config: Config, id: bigint): Promise<number> {
  const logs = await getContractEvents(reader, {
    ...contractOf(config),
    eventName: "CompetitionVoided",
    args: { id },
    fromBlock: config.startBlock,
    strict: true,
  });
  return logs[0]?.args.reason ?? -1;
}
