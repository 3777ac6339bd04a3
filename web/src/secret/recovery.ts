// The recovery file: what reveals a submission when wallet and browser are both lost.
import { getAddress, type Hex, isHex, size } from "viem";
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
  receipt: unknown,
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

/** Reads such a file. Throws an error that says what is wrong with it. */
export function readRecovery(domain: Domain, text: string): Recovered {
  const raw = parse(text);
  if (raw.chain_id !== domain.chainId || !same(raw.contract, domain.contract))
    throw new Error("This recovery file belongs to another contract. Open that one's page.");
  try {
    const ticket: Ticket = {
      id: BigInt(String(raw.competition)),
      ticketId: BigInt(String(raw.ticket)),
      player: getAddress(String(raw.player)),
    };
    const [imageDigest, salt] = [word(raw.image_digest), word(raw.salt)];
    const commitment = hashSubmission(domain, ticket, imageDigest, salt);
    if (same(raw.commitment, commitment))
      return { ticket, secret: { imageDigest, salt, commitment } };
  } catch (error) {
    console.debug(error);
  }
  throw new Error("This recovery file is damaged: its parts do not fit together.");
}

function parse(text: string): Record<string, unknown> {
  try {
    const raw: unknown = JSON.parse(text);
    if (typeof raw === "object" && raw !== null && "salt" in raw)
      return raw as Record<string, unknown>;
  } catch (error) {
    console.debug(error);
  }
  throw new Error("This is not a recovery file. It is the JSON file that you saved here.");
}

const same = (a: unknown, b: string): boolean => String(a).toLowerCase() === b.toLowerCase();

function word(value: unknown): Hex {
  if (!isHex(value) || size(value) !== 32) throw new Error("not 32 bytes");
  return value;
}
