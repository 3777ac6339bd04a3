// The recovery file: what reveals a submission when wallet and browser are both lost.
import { getAddress, isAddressEqual } from "viem";
import { address, decimal, integer, type Json, object, parseJson, word } from "../border/parse.ts";
import type { Domain } from "../ranking/leaf.ts";
import { hashSubmission, type Secret, type Ticket } from "./secret.ts";

export interface Recovered {
  readonly ticket: Ticket;
  readonly secret: Secret;
}

export function writeRecovery(
  domain: Domain,
  ticket: Ticket,
  secret: Secret,
  receipt: Json,
): string {
  const facts = {
    what: "Judging Oracle submission: keep this until you have revealed, and show it to nobody.",
    chain_id: domain.chainId,
    contract: domain.contract,
    competition: String(ticket.id),
    ticket: String(ticket.ticketId),
    player: ticket.player,
    image_digest: secret.imageDigest,
    salt: secret.salt,
    commitment: secret.commitment,
    image_receipt: receipt,
  };
  return `${JSON.stringify(facts, null, 2)}\n`;
}

const file = object((field) => ({
  chainId: field("chain_id", integer(1, Number.MAX_SAFE_INTEGER)),
  contract: field("contract", address),
  // What follows is read only in a file of this contract.
  read: (): Recovered => {
    const ticket: Ticket = {
      id: field("competition", decimal),
      ticketId: field("ticket", decimal),
      player: getAddress(field("player", address)),
    };
    const [imageDigest, salt] = [field("image_digest", word), field("salt", word)];
    return { ticket, secret: { imageDigest, salt, commitment: field("commitment", word) } };
  },
}));

/** Reads such a file. Throws an error that says what is wrong with it. */
export function readRecovery(domain: Domain, text: string): Recovered {
  const { chainId, contract, read } = open(text);
  if (chainId !== domain.chainId || !isAddressEqual(contract, domain.contract))
    throw new Error("This recovery file belongs to another contract. Open that one's page.");
  try {
    const found = read();
    const { ticket, secret } = found;
    const { imageDigest, salt, commitment } = secret;
    if (hashSubmission(domain, ticket, imageDigest, salt) === commitment) return found;
  } catch (error) {
    console.debug(error);
  }
  throw new Error("This recovery file is damaged: its parts do not fit together.");
}

function open(text: string) {
  try {
    return parseJson(text, file, "the file");
  } catch (error) {
    console.debug(error);
  }
  throw new Error("This is not a recovery file. It is the JSON file that you saved here.");
}
