// What went wrong with a transaction, in a player's words; the details stay for developers.
import {
  BaseError,
  ContractFunctionRevertedError,
  HttpRequestError,
  TimeoutError,
  WebSocketRequestError,
} from "viem";
import { messageOf } from "../messageOf.ts";

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
const REJECTED = 4001;
const ASKED_ALREADY = -32002;
const NO_FUNDS = /insufficient funds|exceeds the balance|OutOfFund|not enough funds/i;

/** A sentence for people; null for "the player said no", which is no error. */
export function plainReason(error: unknown): string | null {
  const code = codeOf(error);
  if (code === REJECTED) return null;
  if (code === ASKED_ALREADY) return "Your wallet is already asking you something. Look there.";
  if (!(error instanceof BaseError)) return messageOf(error);
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  const name = revert instanceof ContractFunctionRevertedError ? revert.data?.errorName : undefined;
  if (name) return WORDS[name] ?? `The contract refuses: ${name}.`;
  if (NO_FUNDS.test(`${error.message} ${error.details}`))
    return "This account does not have enough ETH for the price and the network fee.";
  if (error.walk((cause) => UNANSWERED.some((kind) => cause instanceof kind)))
    return "The chain does not answer. Nothing more was sent; try again in a moment.";
  // The library's own words are for developers: they are in the console.
  return "Your wallet or its node refused, for a reason that this page does not know. Look in your wallet, or try again.";
}

const UNANSWERED = [HttpRequestError, TimeoutError, WebSocketRequestError];

function codeOf(error: unknown): number | undefined {
  for (let cause = error; typeof cause === "object" && cause !== null; ) {
    if ("code" in cause && (cause.code === REJECTED || cause.code === ASKED_ALREADY))
      return cause.code;
    cause = "cause" in cause ? cause.cause : null;
  }
  return undefined;
}
