// Follows a sent transaction to its end, through nodes that fail, and through a replacement in the
// wallet. It ends when a block holds it, or another one with its nonce; nothing else ends it.
import {
  type Address,
  isAddressEqual,
  keccak256,
  type Transaction,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import { getBlock, getTransaction, getTransactionCount, getTransactionReceipt } from "viem/actions";
import type { Reader } from "../chain/client.ts";
import type { Sent } from "./sent.ts";

export type End = "done" | "refused" | "cancelled";

export interface Following {
  readonly reader: () => Reader | null;
  /** Until it is looked for again. */
  readonly rest: () => Promise<void>;
  /** How it stands while it waits; `seconds` have passed since it was first looked for. */
  readonly wait: (how: "pending" | "unanswered", seconds: number) => void;
  /** More is known: its nonce, or another hash under which the wallet sent it again. */
  readonly learn: (sent: Sent) => void;
  readonly stopped: () => boolean;
}

const REPLACED_WITHIN_BLOCKS = 32;

/** The end of a transaction; null when the player stopped waiting for it. */
export async function follow(first: Sent, following: Following): Promise<End | null> {
  const began = performance.now();
  for (let sent = first; !following.stopped(); ) {
    let how: "pending" | "unanswered" = "pending";
    try {
      const reader = following.reader();
      if (!reader) throw new Error("no node");
      const found = await look(reader, sent);
      if (typeof found === "string") return found;
      if (found !== sent) following.learn(found);
      sent = found;
    } catch (error) {
      console.debug(error);
      how = "unanswered";
    }
    following.wait(how, (performance.now() - began) / 1000);
    await following.rest();
  }
  return null;
}

/** Its end, or what is known of it now. */
async function look(reader: Reader, sent: Sent): Promise<End | Sent> {
  const { hash, from, nonce } = sent;
  const receipt = await receiptOf(reader, sent);
  if (receipt) return receipt.status === "success" ? "done" : "refused";
  const waiting = await orNull(getTransaction(reader, { hash }), TransactionNotFoundError);
  if (waiting) return waiting.nonce === nonce ? sent : { ...sent, nonce: waiting.nonce };
  if (nonce === null || (await getTransactionCount(reader, { address: from })) <= nonce)
    return sent;
  // Its nonce is used up: by itself, in a block that came meanwhile, or by another.
  const late = await receiptOf(reader, sent);
  if (late) return late.status === "success" ? "done" : "refused";
  const other = await replacementOf(reader, from, nonce);
  return other && keccak256(other.input) === sent.call
    ? { ...sent, hash: other.hash }
    : "cancelled";
}

const receiptOf = (reader: Reader, { hash }: Sent): Promise<TransactionReceipt | null> =>
  orNull(getTransactionReceipt(reader, { hash }), TransactionReceiptNotFoundError);

async function orNull<T>(asked: Promise<T>, missing: new (...args: never) => Error) {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof missing) return null;
    throw error;
  }
}

/** The mined transaction of an account with this nonce, if it is not long ago. */
async function replacementOf(
  reader: Reader,
  from: Address,
  nonce: number,
): Promise<Transaction | null> {
  let block = await getBlock(reader, { includeTransactions: true });
  for (let i = 0; i < REPLACED_WITHIN_BLOCKS; i++) {
    const same = block.transactions.find(
      (other) => other.nonce === nonce && isAddressEqual(other.from, from),
    );
    if (same) return same;
    if (block.number === 0n) break;
    block = await getBlock(reader, { blockHash: block.parentHash, includeTransactions: true });
  }
  return null;
}
