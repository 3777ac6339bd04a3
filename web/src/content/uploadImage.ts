// What is handed to the oracle: an image to store, and a submission to reveal for the player.
import { type Json, json, object, optional, parseJson, text } from "../border/parse.ts";
import type { Secret, Ticket } from "../secret/secret.ts";
import type { Bytes } from "./bytes.ts";
import { cidOf, digestOf } from "./digest.ts";

const stored = object((field) => field("cid", text(100)));

/** Stores a submission, checks that the oracle understood the same bytes, and gives its receipt. */
export async function uploadImage(api: string | null, bytes: Bytes): Promise<Json> {
  const answer = await post(api, "images", bytes);
  if (parseJson(answer, stored, "the answer") !== cidOf(digestOf(bytes)))
    throw new Error("The store answered for another image.");
  return parseJson(answer, json, "the answer");
}

/** Hands digest and salt over, so that the oracle reveals and pays the fee. */
export async function handOver(api: string | null, ticket: Ticket, secret: Secret): Promise<void> {
  const facts = {
    competition: Number(ticket.id),
    ticket: Number(ticket.ticketId),
    image_digest: secret.imageDigest,
    salt: secret.salt,
  };
  await post(api, "reveals", JSON.stringify(facts));
}

const refusal = object((field) => ({
  what: field("what", optional(text(500), "")),
  advice: field("do", optional(text(500), "")),
}));

async function post(api: string | null, path: string, body: BodyInit): Promise<string> {
  if (!api) throw new Error("No oracle is configured to take this.");
  const response = await fetch(`${api}/${path}`, { method: "POST", body }).catch(() => {
    throw new Error("The oracle does not answer. Try again in a moment.");
  });
  const answer = await response.text();
  if (response.ok) return answer;
  throw new Error(`The oracle refused: ${whyRefused(answer) || response.status}`);
}

function whyRefused(answer: string): string {
  try {
    const { what, advice } = parseJson(answer, refusal, "the answer");
    return `${what}. ${advice}`;
  } catch {
    return "";
  }
}
