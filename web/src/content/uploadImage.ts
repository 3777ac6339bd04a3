// What is handed to the oracle: an image to store, and a submission to reveal for the player.
import { type Json, json, object, optional, parseJson, text } from "../border/parse.ts";
import { messageOf } from "../messageOf.ts";
import type { Secret, Ticket } from "../secret/secret.ts";
import { receiptJson } from "../studio/keep.ts";
import type { Receipt } from "../studio/signed.ts";
import { say } from "../words/html.ts";
import type { Bytes } from "./bytes.ts";
import { cidOf, digestOf } from "./digest.ts";

/** How long a server may take: a player waits for none. */
const SECONDS = 20;

const stored = object((field) => field("cid", text(100)));

/**
 * Hands a picture to a store; gives its whole answer, and the CID of what it made of it. With "pixels", a
 * submission that holds more than pixels is made anew too: its colour profile is applied.
 */
export async function storeWith(
  store: string,
  picture: Blob,
  only?: "pixels",
): Promise<{ cid: string; receipt: Json }> {
  const answer = await post(store, only ? `images?only=${only}` : "images", picture);
  const cid = parseJson(answer, stored, "the answer");
  return { cid, receipt: parseJson(answer, json, "the answer") };
}

/**
 * Stores an image with the first store that takes it, and gives its receipt. Throws what each of
 * them said when none does.
 */
export async function uploadImage(stores: readonly string[], bytes: Bytes): Promise<Json> {
  const troubles: string[] = [];
  for (const store of stores) {
    try {
      const { cid, receipt } = await storeWith(store, new Blob([bytes]));
      if (cid === cidOf(digestOf(bytes))) return receipt;
      troubles.push(say`${new URL(store).host} answered for another image`);
    } catch (error) {
      troubles.push(messageOf(error));
    }
  }
  throw new Error(troubles.join(" "));
}

/** Hands digest and salt over, so that the oracle reveals and pays the fee. */
export async function handOver(
  api: string | null,
  ticket: Ticket,
  secret: Secret,
  receipt: Receipt | null,
): Promise<void> {
  const facts = {
    competition: Number(ticket.id),
    ticket: Number(ticket.ticketId),
    image_digest: secret.imageDigest,
    salt: secret.salt,
    ...(receipt && receiptJson(receipt)),
  };
  if (!api) throw new Error("No oracle is configured to take this.");
  await post(api, "reveals", JSON.stringify(facts));
}

const refusal = object((field) => ({
  what: field("what", optional(text(500), "")),
  advice: field("do", optional(text(500), "")),
}));

/** What a server answers to a body. Throws, in a player's words, when it refuses or is late. */
export async function post(
  to: string,
  path: string,
  body: BodyInit,
  seconds = SECONDS,
): Promise<string> {
  const { host } = new URL(to);
  const signal = AbortSignal.timeout(seconds * 1000);
  const read = async (response: Response) => ({ response, answer: await response.text() });
  const { response, answer } = await fetch(`${to}/${path}`, { method: "POST", body, signal })
    .then(read)
    .catch(() => {
      throw new Error(say`${host} does not answer.`);
    });
  if (response.ok) return answer;
  throw new Error(say`${host} refused: ${whyRefused(answer) || response.status}`);
}

function whyRefused(answer: string): string {
  try {
    const { what, advice } = parseJson(answer, refusal, "the answer");
    return `${what}. ${advice}`;
  } catch {
    return "";
  }
}
