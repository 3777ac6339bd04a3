// What is handed to the oracle: an image to store, and a submission to reveal for the player.
import type { Secret, Ticket } from "../secret/secret.ts";
import { cidOf, digestOf } from "./digest.ts";

/** Stores a submission, checks that the oracle understood the same bytes, and gives its receipt. */
export async function uploadImage(api: string | null, bytes: Uint8Array): Promise<unknown> {
  const answer = await post(api, "images", bytes as BodyInit);
  if (answer.cid !== cidOf(digestOf(bytes)))
    throw new Error("The store answered for another image.");
  return answer;
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

async function post(api: string | null, path: string, body: BodyInit) {
  if (!api) throw new Error("No oracle is configured to take this.");
  const response = await fetch(`${api}/${path}`, { method: "POST", body }).catch(() => {
    throw new Error("The oracle does not answer. Try again in a moment.");
  });
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (!response.ok)
    throw new Error(`The oracle refused: ${answer.what ?? response.status}. ${answer.do ?? ""}`);
  return answer;
}
