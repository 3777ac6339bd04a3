// Who won what, and what was paid back, as the contract's events tell it.
import { type Address, encodeEventTopics, getAddress, size } from "viem";
import type { Config } from "../config.ts";
import type { Reader } from "./client.ts";
import { competitionAbi } from "./generated/competition.ts";
import { FollowedLogs, type MinedLog } from "./readLogs.ts";

/** A prize that was paid: one for each competition that is final. */
export interface Win {
  readonly id: bigint;
  readonly ticketId: bigint;
  readonly winner: Address;
  readonly prize: bigint; // wei
}

/** A ticket that was refunded. */
export interface Refund {
  readonly id: bigint;
  readonly ticketId: bigint;
  readonly amount: bigint; // wei
}

const [FINALIZED, REFUNDED] = [
  encodeEventTopics({ abi: competitionAbi, eventName: "CompetitionFinalized" })[0],
  encodeEventTopics({ abi: competitionAbi, eventName: "TicketRefunded" })[0],
];

type Kept = { readonly block: bigint } & (
  | { readonly win: Win; readonly refund?: never }
  | { readonly refund: Refund; readonly win?: never }
);

/**
 * Read by hand, since ten thousand of them stop a page for seconds when each is compared with an ABI:
 * both events have number, ticket and account as topics, and an amount at the beginning of the data.
 */
function paidIn({ blockNumber, topics, data }: MinedLog): Kept {
  const [name, id, ticketId, account] = topics;
  if (!id || !ticketId || !account || size(data) < 32) throw new Error("a log is malformed");
  const amount = BigInt(data.slice(0, 66));
  const of = { id: BigInt(id), ticketId: BigInt(ticketId) };
  return name === FINALIZED
    ? {
        block: blockNumber,
        win: { ...of, winner: getAddress(`0x${account.slice(26)}`), prize: amount },
      }
    : { block: blockNumber, refund: { ...of, amount } };
}

/** All wins, or one account's wins and refunds: each part of the chain is looked through once. */
export class Payouts {
  readonly #logs: FollowedLogs;
  #kept: readonly Kept[] = [];

  constructor(
    config: Config,
    readonly account: Address | null,
  ) {
    const whose = account && (`0x${account.slice(2).toLowerCase().padStart(64, "0")}` as const);
    this.#logs = new FollowedLogs(
      config,
      whose ? [[FINALIZED, REFUNDED], null, null, whose] : [FINALIZED],
    );
  }

  /** What was paid until `block`. */
  async read(reader: Reader, block: bigint): Promise<{ wins: Win[]; refunds: Refund[] }> {
    // Blocks that are looked at again may hold other logs by now.
    const { next } = this.#logs;
    const fresh = (await this.#logs.read(reader, block)).map(paidIn);
    this.#kept = [...this.#kept.filter((one) => one.block < next), ...fresh];
    return {
      wins: this.#kept.flatMap(({ win }) => win ?? []),
      refunds: this.#kept.flatMap(({ refund }) => refund ?? []),
    };
  }
}
