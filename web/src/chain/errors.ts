// What went wrong with a transaction, in a player's words; the details stay for developers.
import { BaseError, ContractFunctionRevertedError } from "viem";

const WORDS: Record<string, string> = {
  WrongPhase: "The competition has moved on: this is not possible in its present phase.",
  WrongPrice: "The ticket price does not match. Reload the page and try again.",
  NotTicketHolder: "This ticket belongs to another account.",
  CommitmentMismatch: "Image and secret do not match what was committed.",
  DeadlinePassed: "The deadline has passed.",
  LivenessNotOver: "The time for disputes is not over yet.",
  SeedBlockNotReached: "The seed block is not mined yet. Try again in a moment.",
  NothingToVoid: "There is nothing to void: no deadline is missed.",
  AlreadyRefunded: "This ticket is refunded already.",
  NothingToWithdraw: "There is nothing to withdraw.",
};

/** A sentence for people; null for "the player said no", which is no error. */
export function plainReason(error: unknown): string | null {
  if (!(error instanceof BaseError)) return error instanceof Error ? error.message : String(error);
  const code = error.walk((cause) => (cause as { code?: number }).code === 4001);
  if (code) return null;
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  const name = (revert as ContractFunctionRevertedError | null)?.data?.errorName;
  if (name) return WORDS[name] ?? `The contract refuses: ${name}.`;
  if (/insufficient funds|exceeds the balance|OutOfFund/i.test(`${error.message} ${error.details}`))
    return "This account does not have enough ETH for the price and the network fee.";
  return error.shortMessage;
}
