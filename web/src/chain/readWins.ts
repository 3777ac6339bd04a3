// Who won what, and what was paid back, as the contract's events tell it.
import { type Address, encodeEventTopics, parseEventLogs } from "viem";
import type { Config } from "../config.ts";
import type { Reader } from "./client.ts";
import { competitionAbi } from "./generated/competition.ts";
import { FollowedLogs } from "./readLogs.ts";

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

// Only these two: a log is compared with every event that it could be.
const abi = competitionAbi.filter(
  (
    item,
  ): item is Extract<
    typeof item,
    { type: "event"; name: "CompetitionFinalized" | "TicketRefunded" }
  > =>
    item.type === "event" &&
    (item.name === "CompetitionFinalized" || item.name === "TicketRefunded"),
);
const [FINALIZED, REFUNDED] = [
  encodeEventTopics({ abi: competitionAbi, eventName: "CompetitionFinalized" })[0],
  encodeEventTopics({ abi: competitionAbi, eventName: "TicketRefunded" })[0],
];

type Kept = { readonly block: bigint } & (
  | { readonly win: Win; readonly refund?: never }
  | { readonly refund: Refund; readonly win?: never }
);

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
    const fresh = parseEventLogs({ abi, logs: await this.#logs.read(reader, block) }).map(
      (log): Kept => {
        const { id, ticketId } = log.args;
        return log.eventName === "CompetitionFinalized"
          ? {
              block: log.blockNumber,
              win: { id, ticketId, winner: log.args.winner, prize: log.args.prize },
            }
          : { block: log.blockNumber, refund: { id, ticketId, amount: log.args.amount } };
      },
    );
    this.#kept = [...this.#kept.filter((one) => one.block < next), ...fresh];
    return {
      wins: this.#kept.flatMap(({ win }) => win ?? []),
      refunds: this.#kept.flatMap(({ refund }) => refund ?? []),
    };
  }
}
