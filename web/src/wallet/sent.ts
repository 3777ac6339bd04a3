// Transactions that were sent and have no end yet. They are kept in this browser, so that neither a
// reload nor a node that is gone makes the page forget that something was paid for.
import type { Address, Hex } from "viem";
import { address, integer, list, named, nullOr, object, word } from "../border/parse.ts";
import { keep, stored } from "../border/stored.ts";
import type { Config } from "../config.ts";

export interface Sent {
  readonly hash: Hex;
  readonly from: Address;
  /** keccak256 of its calldata: a replacement that does the same has the same. */
  readonly call: Hex;
  /** Null until a node has shown the transaction. */
  readonly nonce: number | null;
}

const sent = object(
  (field): Sent => ({
    hash: field("hash", word),
    from: field("from", address),
    call: field("call", word),
    nonce: field("nonce", nullOr(integer(0, Number.MAX_SAFE_INTEGER))),
  }),
);
const all = named(list(sent, 100), 1000);

/** What was sent for each button, by its key. */
export class SentTransactions {
  readonly #name: string;

  constructor(config: Pick<Config, "chainId" | "contract">) {
    this.#name = `sent:${config.chainId}:${config.contract}`;
  }

  all(): ReadonlyMap<string, readonly Sent[]> {
    return stored(this.#name, all, new Map());
  }

  /** Keeps what was sent for a button; with nothing, forgets it. */
  keep(key: string, transactions: readonly Sent[]): void {
    const now = new Map(this.all());
    if (transactions.length) now.set(key, transactions);
    else now.delete(key);
    keep(this.#name, Object.fromEntries(now));
  }
}
