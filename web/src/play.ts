// What a player does, step by step: commit an image, find its secret again, reveal it.
import { type Hex, zeroHash } from "viem";
import type { App } from "./app.ts";
import { type OwnTicket, readCommitInput } from "./chain/readTickets.ts";
import { digestOf } from "./content/digest.ts";
import { fetchContent } from "./content/fetchContent.ts";
import { handOver, uploadImage } from "./content/uploadImage.ts";
import { keepImage, keepSecret, loadImage, loadSecret } from "./secret/keep.ts";
import { keyOf, keyRequest, recover, type Secret, seal, secretOf } from "./secret/secret.ts";
import type { Connected } from "./wallet/wallets.ts";

async function keyFor(app: App, wallet: Connected, ticket: OwnTicket): Promise<Hex> {
  return keyOf(await app.transactions.sign(wallet, keyRequest(app.domain, ticket)));
}

export async function commitImage(app: App, ticket: OwnTicket, image: Uint8Array): Promise<void> {
  const wallet = app.wallets.connected;
  const step = `commit:${ticket.id}:${ticket.ticketId}`;
  if (!wallet) return;
  try {
    const key = await keyFor(app, wallet, ticket);
    const secret = secretOf(app.domain, ticket, key, digestOf(image));
    // Kept before it is sent: without its salt a commitment is lost.
    keepSecret(secret);
    keepImage(secret.imageDigest, image);
    await uploadImage(app.config.api, image);
    await app.transactions.send(step, wallet, {
      functionName: "commitSubmission",
      args: [ticket.id, ticket.ticketId, secret.commitment],
      dataSuffix: seal(key, secret.commitment, secret.imageDigest),
    });
  } catch (error) {
    app.transactions.fail(step, error);
  }
  await app.refresh();
}

/** The secret of a ticket's commitment: from this browser, or from wallet and chain. */
export async function findSecret(app: App, ticket: OwnTicket): Promise<Secret> {
  const wallet = app.wallets.connected;
  const commitment = ticket.commitment ?? zeroHash;
  const kept = loadSecret(commitment);
  if (kept || !wallet) return kept ?? Promise.reject(new Error("Connect your wallet first."));
  const input = await readCommitInput(app.reader, app.config, ticket);
  const key = await keyFor(app, wallet, ticket);
  const found = input && recover(app.domain, ticket, key, commitment, input);
  if (!found) throw new Error("This wallet cannot bring the secret back. Send your recovery file.");
  keepSecret(found);
  return found;
}

export async function revealImage(app: App, ticket: OwnTicket): Promise<void> {
  const wallet = app.wallets.connected;
  const step = `reveal:${ticket.id}:${ticket.ticketId}`;
  if (!wallet) return;
  try {
    const secret = await findSecret(app, ticket);
    const image = loadImage(secret.imageDigest);
    // Revealing an image that nobody can fetch would disqualify it.
    if (image) await uploadImage(app.config.api, image);
    else await fetchContent(app.config.gateways, secret.imageDigest);
    await app.transactions.send(step, wallet, {
      functionName: "revealSubmission",
      args: [ticket.id, ticket.ticketId, secret.imageDigest, secret.salt],
    });
  } catch (error) {
    app.transactions.fail(step, error);
  }
  await app.refresh();
}

/** Lets the oracle reveal: no transaction of the player's, and the entry stays the player's. */
export async function letOracleReveal(app: App, ticket: OwnTicket): Promise<void> {
  const step = `handover:${ticket.id}:${ticket.ticketId}`;
  try {
    const secret = await findSecret(app, ticket);
    const image = loadImage(secret.imageDigest);
    if (image) await uploadImage(app.config.api, image);
    await handOver(app.config.api, ticket, secret);
    app.note(step, "Handed over. The oracle reveals it within minutes.");
  } catch (error) {
    app.transactions.fail(step, error);
  }
}

/** A small file that anyone can reveal with, when wallet and browser are both lost. */
export function recoveryFile(app: App, ticket: OwnTicket, secret: Secret): Blob {
  const facts = {
    what: "Judging Oracle submission: keep this until you have revealed, and show it to nobody.",
    chain_id: app.config.chainId,
    contract: app.config.contract,
    competition: String(ticket.id),
    ticket: String(ticket.ticketId),
    ...secret,
  };
  return new Blob([JSON.stringify(facts, null, 2)], { type: "application/json" });
}
