// What a player does, step by step: commit an image, find its secret again, reveal it.
import { type Hex, zeroHash } from "viem";
import type { App } from "./app.ts";
import { type OwnTicket, readCommitInput } from "./chain/readTickets.ts";
import { digestOf } from "./content/digest.ts";
import { fetchContent } from "./content/fetchContent.ts";
import { keepImage, loadImage } from "./content/imageShelf.ts";
import { handOver, uploadImage } from "./content/uploadImage.ts";
import { keepReceipt, keepSecret, loadReceipt, loadSecret } from "./secret/keep.ts";
import { writeRecovery } from "./secret/recovery.ts";
import { keyOf, keyRequest, recover, type Secret, seal, secretOf } from "./secret/secret.ts";
import type { Connected } from "./wallet/wallets.ts";

const keyFor = async (app: App, wallet: Connected, ticket: OwnTicket): Promise<Hex> =>
  keyOf(await app.transactions.sign(wallet, keyRequest(app.domain, ticket)));

export async function commitImage(app: App, ticket: OwnTicket, image: Uint8Array): Promise<void> {
  const wallet = app.wallets.connected;
  if (!wallet) return;
  await app.transactions.run(`commit:${ticket.id}:${ticket.ticketId}`, wallet, async (say) => {
    say("signing");
    const key = await keyFor(app, wallet, ticket);
    const secret = secretOf(app.domain, ticket, key, digestOf(image));
    say("storing");
    // Kept before it is sent: without its salt a commitment is lost.
    keepSecret(secret);
    await keepImage(secret.imageDigest, image);
    await storeImage(app, secret.imageDigest, image);
    const args = [ticket.id, ticket.ticketId, secret.commitment];
    const dataSuffix = seal(key, secret.commitment, secret.imageDigest);
    return [{ functionName: "commitSubmission", args, dataSuffix }];
  });
  await app.refresh();
}

async function storeImage(app: App, digest: Hex, image: Uint8Array): Promise<void> {
  if (app.config.takesImages) keepReceipt(digest, await uploadImage(app.config.api, image));
}

/** The secret of a ticket's commitment: from this browser, or from wallet and chain. */
export async function findSecret(app: App, ticket: OwnTicket): Promise<Secret> {
  const wallet = app.wallets.connected;
  const commitment = ticket.commitment ?? zeroHash;
  const kept = loadSecret(commitment);
  if (kept) return kept;
  if (!wallet || !app.reader) throw new Error("Connect your wallet first.");
  const input = await readCommitInput(app.reader, app.config, ticket);
  const key = await keyFor(app, wallet, ticket);
  const found = input && recover(app.domain, ticket, key, commitment, input);
  if (!found) throw new Error("This wallet cannot bring the secret back. Open your recovery file.");
  keepSecret(found);
  return found;
}

/** Reveals one ticket or several, in one transaction. */
export async function revealImages(
  app: App,
  step: string,
  tickets: readonly OwnTicket[],
): Promise<void> {
  const [wallet, first] = [app.wallets.connected, tickets[0]];
  if (!wallet || !first) return;
  await app.transactions.run(step, wallet, async (say) => {
    const secrets: Secret[] = [];
    for (const ticket of tickets) {
      say("signing");
      const secret = await findSecret(app, ticket);
      say("storing");
      await requireImage(app, secret.imageDigest);
      secrets.push(secret);
    }
    const ids = tickets.map(({ ticketId }) => ticketId);
    const digests = secrets.map(({ imageDigest }) => imageDigest);
    const salts = secrets.map(({ salt }) => salt);
    return tickets.length === 1
      ? [{ functionName: "revealSubmission", args: [first.id, ids[0], digests[0], salts[0]] }]
      : [{ functionName: "revealSubmissions", args: [first.id, ids, digests, salts] }];
  });
  await app.refresh();
}

/** Revealing an image that nobody can fetch would disqualify it. */
async function requireImage(app: App, digest: Hex): Promise<void> {
  try {
    await fetchContent(app.config.gateways, digest);
  } catch (error) {
    console.debug(error);
    const image = await loadImage(digest);
    if (image && app.config.takesImages) return storeImage(app, digest, image);
    app.note(`missing:${digest}`, true);
    throw new Error("Nobody serves your image, so it would be disqualified. Hand it in again.");
  }
}

/** Hands in the image of a commitment again, when nobody serves it any more. */
export async function bringImage(app: App, digest: Hex, image: Uint8Array): Promise<void> {
  if (digestOf(image) !== digest)
    throw new Error("This is another image than the one you committed.");
  await keepImage(digest, image);
  await storeImage(app, digest, image);
  app.note(`missing:${digest}`, false);
}

/** Lets the oracle reveal: no transaction of the player's, and the entry stays the player's. */
export async function letOracleReveal(app: App, ticket: OwnTicket): Promise<void> {
  const step = `handover:${ticket.id}:${ticket.ticketId}`;
  app.note(step, "busy");
  try {
    const secret = await findSecret(app, ticket);
    await requireImage(app, secret.imageDigest);
    await handOver(app.config.api, ticket, secret);
    app.note(step, "done");
  } catch (error) {
    app.note(step, "");
    app.transactions.fail(step, error);
  }
}

/** A small file that anyone can reveal with, when wallet and browser are both lost. */
export function recoveryFile(app: App, ticket: OwnTicket, secret: Secret): Blob {
  const text = writeRecovery(app.domain, ticket, secret, loadReceipt(secret.imageDigest));
  return new Blob([text], { type: "application/json" });
}
