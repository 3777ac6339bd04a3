// Reads a player's tickets with what stands on-chain for each, and the player's money.
import { type Address, encodeEventTopics, type Hex, parseEventLogs } from "viem";
import { getBalance, getTransaction, readContract } from "viem/actions";
import type { Config } from "../config.ts";
import { contractOf, type Reader } from "./client.ts";
import { competitionAbi as abi } from "./generated/competition.ts";
import type { Competition } from "./readCompetitions.ts";
import { FollowedLogs, readLogs } from "./readLogs.ts";

export interface OwnTicket {
  readonly id: bigint;
  readonly ticketId: bigint;
  readonly player: Address;
  readonly commitment: Hex | null;
  readonly revealed: boolean;
  readonly refunded: boolean;
  /** What `refund` pays, in wei: the price and a share of what the operator forfeited; 0 unless void. */
  readonly refund: bigint;
}

export interface Purse {
  readonly balance: bigint;
  /** What waits in the contract for `withdraw`. */
  readonly credit: bigint;
}

type Key = Pick<OwnTicket, "id" | "ticketId">;

/** Which tickets an account bought, as far as the chain was looked through. */
export class Purchases {
  readonly #keys = new Map<string, Key>();
  readonly #logs: FollowedLogs;

  constructor(
    readonly player: Address,
    config: Config,
  ) {
    const topics = encodeEventTopics({ abi, eventName: "TicketBought", args: { player } });
    this.#logs = new FollowedLogs(config, topics);
  }

  /** The tickets bought until `block`. */
  async read(reader: Reader, block: bigint): Promise<Key[]> {
    const logs = await this.#logs.read(reader, block);
    for (const { args } of parseEventLogs({ abi, logs, eventName: "TicketBought" }))
      this.#keys.set(`${args.id}:${args.ticketId}`, { id: args.id, ticketId: args.ticketId });
    return [...this.#keys.values()];
  }
}

/**
 * Which tickets have to be read again: nothing happens any more to one of a competition that is final,
 * nor to one that is refunded. So a player of ten thousand days is not read ten thousand times a block.
 */
export function unsettled(
  keys: readonly Key[],
  tickets: readonly OwnTicket[],
  competitions: readonly Pick<Competition, "id" | "phase">[],
): { again: Key[]; settled: OwnTicket[] } {
  const phases = new Map(competitions.map(({ id, phase }) => [id, phase]));
  const settled = tickets.filter(({ id, refunded }) => {
    const phase = phases.get(id);
    return phase === "Final" || (phase === "Void" && refunded);
  });
  const nameOf = ({ id, ticketId }: Key) => `${id}:${ticketId}`;
  const done = new Set(settled.map(nameOf));
  return { again: keys.filter((key) => !done.has(nameOf(key))), settled };
}

/** These tickets as they stand; tickets that are somebody else's (after a reorganisation) are left out. */
export async function readTickets(
  reader: Reader,
  config: Config,
  keys: readonly Key[],
  player?: Address,
): Promise<OwnTicket[]> {
  const tickets = await Promise.all(keys.map((key) => readTicket(reader, config, key)));
  return tickets.filter((ticket) => !player || ticket.player === player);
}

async function readTicket(reader: Reader, config: Config, key: Key): Promise<OwnTicket> {
  const { id, ticketId } = key;
  const asked = { ...contractOf(config), args: [id, ticketId] } as const;
  const [ticket, refund] = await Promise.all([
    readContract(reader, { ...asked, functionName: "ticketOf" }),
    readContract(reader, { ...asked, functionName: "refundOf" }),
  ]);
  const commitment = BigInt(ticket.commitment) ? ticket.commitment : null;
  return { ...ticket, id, ticketId, commitment, refund };
}

export async function readPurse(reader: Reader, config: Config, account: Address): Promise<Purse> {
  const [balance, credit] = await Promise.all([
    getBalance(reader, { address: account }),
    readContract(reader, {
      ...contractOf(config),
      functionName: "creditOf",
      args: [account],
    }),
  ]);
  return { balance, credit };
}

/** The input of the transaction that made a ticket's latest commitment. */
export async function readCommitInput(
  reader: Reader,
  config: Config,
  ticket: OwnTicket,
): Promise<Hex | null> {
  const topics = encodeEventTopics({
    abi,
    eventName: "SubmissionCommitted",
    args: { id: ticket.id, ticketId: ticket.ticketId },
  });
  const logs = parseEventLogs({
    abi,
    logs: await readLogs(reader, config, topics),
    eventName: "SubmissionCommitted",
  });
  const log = logs.findLast(({ args }) => args.commitment === ticket.commitment);
  return log ? (await getTransaction(reader, { hash: log.transactionHash })).input : null;
}
