// What went wrong with a transaction, in a player's words; the details stay for developers.
import {
  BaseError,
  ContractFunctionRevertedError,
  HttpRequestError,
  TimeoutError,
  WebSocketRequestError,
} from "viem";
import { messageOf } from "../messageOf.ts";
import { say } from "../words/html.ts";

const WORDS: Record<string, string> = {
  WrongPhase: "The competition has moved on: this is not possible in its present phase.",
  WrongPrice: "The ticket price does not match. Reload the page and try again.",
  NotTicketHolder: "This ticket belongs to another account. Switch to it in your wallet.",
  CommitmentMismatch: "Image and secret do not match what was committed.",
  DeadlinePassed: "The deadline has passed.",
  LivenessNotOver: "The time for disputes is not over yet.",
  NothingToVoid: "There is nothing to void: no deadline is missed.",
  AlreadyRefunded: "This ticket is refunded already.",
  NothingToWithdraw: "There is nothing to withdraw.",
  PaymentFailed: "Your account does not take the payment. Withdraw to another one.",
  NotEnoughGas: "The gas limit is too low. Let your wallet set it.",
  ReceiptRequired: "This competition wants a receipt of its studio, and none was given.",
  UnknownTicket: "There is no such ticket.",
  SoldOut: "All tickets are sold.",
  AssertionChanged: "Another ranking stands on-chain than the one you saw. Look at it again.",
  NothingToClaim: "There is nothing to take back.",
};
/** EIP-1193, CAIP-25, and what one library calls it. */
const REJECTED = new Set<unknown>([4001, 5000, "ACTION_REJECTED"]);
const ASKED_ALREADY = new Set<unknown>([-32002]);
/** Some wallets have one code for everything, and say in words that the player said no. */
const SAID_NO =
  /\buser (has |was )?(rejected|denied|cancell?ed|declined|disapproved)|(rejected|denied|cancell?ed|declined) (by|in|on) (the |your )?(user|device|ledger)|0x6985|^cancell?ed$/i;
const NO_FUNDS = /insufficient funds|exceeds the balance|OutOfFund|not enough funds/i;
/** Words of this page's libraries for developers: they are in the console. */
const LIBRARY = /internal error was received|RPC Request failed|viem|0x[0-9a-f]{8}/i;

/** A sentence for people; null for "the player said no", which is no error. */
export function plainReason(error: unknown): string | null {
  const chain = [...causesOf(error)];
  if (chain.some((cause) => REJECTED.has(codeOf(cause)))) return null;
  if (chain.some((cause) => ASKED_ALREADY.has(codeOf(cause))))
    return "Your wallet is already asking you something. Look there.";
  // The innermost knows best.
  const inner = chain.at(-1);
  const said = inner instanceof BaseError && inner.details ? inner.details : messageOf(inner);
  if (SAID_NO.test(said)) return null;
  if (NO_FUNDS.test(said))
    return "This account does not have enough ETH for the price and the network fee.";
  if (!(error instanceof BaseError)) return said;
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  const name = revert instanceof ContractFunctionRevertedError ? revert.data?.errorName : undefined;
  if (name) return WORDS[name] ?? say`The contract refuses: ${name}.`;
  if (error.walk((cause) => UNANSWERED.some((kind) => cause instanceof kind)))
    return "The chain does not answer. Nothing more was sent; try again in a moment.";
  return LIBRARY.test(said) || inner instanceof TypeError
    ? "Your wallet or its node refused, for a reason that this page does not know. Look in your wallet, or try again."
    : say`Your wallet or its node refused: “${said.replace(/[.\s]+$/, "")}”. Look in your wallet, or try again.`;
}

const INNER = ["originalError", "error", "data"];
const UNANSWERED = [HttpRequestError, TimeoutError, WebSocketRequestError];

/** An error, what caused it, and so on; wallets also hide an error as `error` or `data`. */
function causesOf(error: unknown): Iterable<unknown> {
  const chain = new Set([error]);
  for (let cause = innerOf(error); cause && !chain.has(cause); cause = innerOf(cause))
    chain.add(cause);
  return chain;
}

function innerOf(cause: unknown): unknown {
  if (typeof cause !== "object" || cause === null) return undefined;
  if ("cause" in cause && cause.cause) return cause.cause;
  return INNER.map((name): unknown => Reflect.get(cause, name)).find(
    (inner) => typeof inner === "object" && inner !== null,
  );
}

const codeOf = (cause: unknown): unknown =>
  typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined;
