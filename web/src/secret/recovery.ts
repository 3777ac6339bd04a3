// The recovery file: what reveals a submission when wallet and browser are both lost.
import { getAddress, isAddressEqual } from "viem";
import {
  address,
  decimal,
  integer,
  type Json,
  object,
  optional,
  parseJson,
  text,
  word,
} from "../border/parse.ts";
import { fromBase64, toBase64 } from "../content/base64.ts";
import type { Bytes } from "../content/bytes.ts";
import { digestOf } from "../content/digest.ts";
import type { Domain } from "../ranking/leaf.ts";
import { readReceipt, receiptJson } from "../studio/keep.ts";
import type { Receipt } from "../studio/signed.ts";
import { hashSubmission, type Secret, type Ticket } from "./secret.ts";

/** An image of a mebibyte, in base64. */
const MOST_IMAGE_LETTERS = 1_400_000;
/** The largest file that is looked into. */
export const MOST_RECOVERY_BYTES = MOST_IMAGE_LETTERS + 65_536;

export interface Recovered {
  readonly ticket: Ticket;
  readonly secret: Secret;
  /** What else the file has: what a studio signed for the image, and the image. */
  readonly studioReceipt: Receipt | null;
  readonly image: Bytes | null;
}

interface Besides extends Pick<Recovered, "studioReceipt" | "image"> {
  readonly imageReceipt: Json;
}

export function writeRecovery(
  domain: Domain,
  ticket: Ticket,
  secret: Secret,
  { imageReceipt, studioReceipt, image }: Besides,
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
    image_receipt: imageReceipt,
    ...(studioReceipt && { studio_receipt: receiptJson(studioReceipt) }),
    ...(image && { image_base64: toBase64(image) }),
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
    const encoded = field("image_base64", optional(text(MOST_IMAGE_LETTERS), ""));
    return {
      ticket,
      secret: { imageDigest, salt, commitment: field("commitment", word) },
      studioReceipt: field("studio_receipt", optional<Receipt | null>(readReceipt, null)),
      image: encoded ? fromBase64(encoded) : null,
    };
  },
}));

/** Reads such a file. Throws an error that says what is wrong with it. */
export function readRecovery(domain: Domain, json: string): Recovered {
  const { chainId, contract, read } = open(json);
  if (chainId !== domain.chainId || !isAddressEqual(contract, domain.contract))
    throw new Error("This recovery file belongs to another contract. Open that one's page.");
  try {
    const found = read();
    const { ticket, secret, image } = found;
    const { imageDigest, salt, commitment } = secret;
    const isOwn = !image || digestOf(image) === imageDigest;
    if (isOwn && hashSubmission(domain, ticket, imageDigest, salt) === commitment) return found;
  } catch (error) {
    console.debug(error);
  }
  throw new Error("This recovery file is damaged: its parts do not fit together.");
}

function open(json: string) {
  try {
    return parseJson(json, file, "the file");
  } catch (error) {
    console.debug(error);
  }
  throw new Error("This is not a recovery file. It is the JSON file that you saved here.");
}
