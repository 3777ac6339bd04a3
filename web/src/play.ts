// What a player does, step by step: commit an image, find its secret again, reveal it.
import { type Hex, zeroHash } from "viem";
import type { App } from "./app.ts";
import type { Call } from "./chain/calls.ts";
import { type OwnTicket, readCommitInput } from "./chain/readTickets.ts";
import type { Bytes } from "./content/bytes.ts";
import { digestOf } from "./content/digest.ts";
import { fetchContent } from "./content/fetchContent.ts";
import { keepImage, loadImage } from "./content/imageShelf.ts";
import { handOver, uploadImage } from "./content/uploadImage.ts";
import { arrived, type Loaded, Loader } from "./loader.ts";
import { Note } from "./note.ts";
import { keepReceipt, keepSecret, loadReceipt, loadSecret } from "./secret/keep.ts";
import { writeRecovery } from "./secret/recovery.ts";
import { keyOf, keyRequest, recover, type Secret, seal, secretOf } from "./secret/secret.ts";
import { loadStudioReceipt } from "./studio/keep.ts";
import type { Receipt } from "./studio/signed.ts";
import { hasStudio } from "./studio/terms.ts";
import type { Connected } from "./wallet/wallets.ts";

/** Images, by digest, that nobody serves. */
export const missing = new Note<true>();
/** Tickets, by the name of their step, whose secret is handed to the oracle. */
export const handedOver = new Note<"busy" | "done">();

const keyFor = async (app: App, wallet: Connected, ticket: OwnTicket): Promise<Hex> =>
  keyOf(await app.transactions.sign(wallet, keyRequest(app.domain, ticket)));

/** `also` keeps what else the reveal will need; when it throws, nothing is sent. */
export async function commitImage(
  app: App,
  ticket: OwnTicket,
  image: Bytes,
  also?: (secret: Secret) => Promise<void>,
): Promise<void> {
  const wallet = app.wallets.connected;
  if (!wallet) return;
  await app.transactions.run(`commit:${ticket.id}:${ticket.ticketId}`, wallet, async (say) => {
    say("signing");
    const key = await keyFor(app, wallet, ticket);
    const secret = secretOf(app.domain, ticket, key, digestOf(image));
    // Kept before it is sent: without its salt a commitment is lost. Here alone: no server's silence
    // keeps anybody from committing. Copies are stored afterwards, see views/copy.ts.
    keepSecret(secret);
    await also?.(secret);
    await keepImage(secret.imageDigest, image);
    const args = [ticket.id, ticket.ticketId, secret.commitment] as const;
    const dataSuffix = seal(key, secret.commitment, secret.imageDigest);
    return [{ functionName: "commitSubmission", args, dataSuffix }];
  });
  await app.refresh();
}

const copies = new Loader<true>();

/** Whether a store has a copy of a committed image; hands it in, and again while that fails. */
export const copyStored = (app: App, digest: Hex): Loaded<true> =>
  copies.get(app, digest, async () => {
    if (loadReceipt(digest) !== null) return true;
    const image = await loadImage(digest);
    if (!image) throw new Error("The image is not in this browser.");
    await storeImage(app, digest, image);
    return true;
  });

export const storeAgain = (app: App, digest: Hex): void => copies.forget(app, digest);

async function storeImage(app: App, digest: Hex, image: Bytes): Promise<void> {
  keepReceipt(digest, await uploadImage(app.config.stores, image));
}

/** The secret of a ticket's commitment: from this browser, or from wallet and chain. */
export async function findSecret(app: App, ticket: OwnTicket): Promise<Secret> {
  const wallet = app.wallets.connected;
  const commitment = ticket.commitment ?? zeroHash;
  const kept = loadSecret(commitment);
  if (kept) return kept;
  if (!wallet) throw new Error("Connect your wallet first.");
  const input = await readCommitInput(await app.readable(), app.config, ticket);
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
  served: "must be served" | "served or not" = "must be served",
): Promise<void> {
  const [wallet, first] = [app.wallets.connected, tickets[0]];
  if (!wallet || !first) return;
  await app.transactions.run(step, wallet, async (say) => {
    const found: Found[] = [];
    for (const ticket of tickets) {
      say("signing");
      const secret = await findSecret(app, ticket);
      const receipt = await studioReceipt(app, ticket, secret);
      say("storing");
      if (receipt) await offerImage(app, secret.imageDigest);
      else if (served === "must be served") await requireImage(app, secret.imageDigest);
      found.push({ ticketId: ticket.ticketId, secret, receipt });
    }
    return [revealCall(first.id, found)];
  });
  await app.refresh();
}

interface Found {
  readonly ticketId: bigint;
  readonly secret: Secret;
  /** Null in a competition without a studio. */
  readonly receipt: Receipt | null;
}

/** What a reveal needs besides the secret, where a studio makes the images. */
async function studioReceipt(app: App, ticket: OwnTicket, secret: Secret): Promise<Receipt | null> {
  const c = arrived(app.competitions)?.find(({ id }) => id === ticket.id);
  if (!c || !hasStudio(c)) return null;
  const { findReceipt } = await import("./studio/receipt.ts");
  return findReceipt(app, c, ticket, secret);
}

/** The studio publishes what is revealed; a copy of the player's own makes sure of it. */
async function offerImage(app: App, digest: Hex): Promise<void> {
  const image = await loadImage(digest);
  if (image) await storeImage(app, digest, image).then(stored, notStored);
}

function revealCall(id: bigint, found: readonly Found[]): Call {
  const [only, another] = found;
  if (only && !another) {
    const { imageDigest, salt } = only.secret;
    if (only.receipt) {
      const { promptIndex, signature } = only.receipt;
      const args = [id, only.ticketId, imageDigest, salt, promptIndex, signature] as const;
      return { functionName: "revealSubmissionWithReceipt", args };
    }
    return { functionName: "revealSubmission", args: [id, only.ticketId, imageDigest, salt] };
  }
  const ids = found.map(({ ticketId }) => ticketId);
  const digests = found.map(({ secret }) => secret.imageDigest);
  const salts = found.map(({ secret }) => secret.salt);
  const receipts = found.flatMap(({ receipt }) => receipt ?? []);
  if (!receipts.length)
    return { functionName: "revealSubmissions", args: [id, ids, digests, salts] };
  const indexes = receipts.map(({ promptIndex }) => promptIndex);
  const signatures = receipts.map(({ signature }) => signature);
  const args = [id, ids, digests, salts, indexes, signatures] as const;
  return { functionName: "revealSubmissionsWithReceipts", args };
}

const stored = () => true;
const notStored = (error: unknown) => {
  console.debug(error);
  return false;
};

/** Revealing an image that nobody can fetch would disqualify it. */
async function requireImage(app: App, digest: Hex): Promise<void> {
  try {
    await fetchContent(app.config.gateways, digest);
  } catch (error) {
    console.debug(error);
    const image = await loadImage(digest);
    if (image && (await storeImage(app, digest, image).then(stored, notStored))) return;
    missing.set(app, digest, true);
    throw new Error("Nobody serves your image, so it would be disqualified. Hand it in again.");
  }
}

/** Hands in the image of a commitment again, when nobody serves it any more. */
export async function bringImage(app: App, digest: Hex, image: Bytes): Promise<void> {
  if (digestOf(image) !== digest)
    throw new Error("This is another image than the one you committed.");
  await keepImage(digest, image);
  await storeImage(app, digest, image);
  missing.set(app, digest, undefined);
}

/** Lets the oracle reveal: no transaction of the player's, and the entry stays the player's. */
export async function letOracleReveal(app: App, ticket: OwnTicket): Promise<void> {
  const step = `handover:${ticket.id}:${ticket.ticketId}`;
  handedOver.set(app, step, "busy");
  try {
    const secret = await findSecret(app, ticket);
    const receipt = await studioReceipt(app, ticket, secret);
    await (receipt ? offerImage : requireImage)(app, secret.imageDigest);
    await handOver(app.config.api, ticket, secret, receipt);
    handedOver.set(app, step, "done");
  } catch (error) {
    handedOver.set(app, step, undefined);
    app.transactions.fail(step, error);
  }
}

/** A small file that anyone can reveal with, when wallet and browser are both lost. */
export async function recoveryFile(app: App, ticket: OwnTicket, secret: Secret): Promise<Blob> {
  const text = writeRecovery(app.domain, ticket, secret, {
    imageReceipt: loadReceipt(secret.imageDigest),
    studioReceipt: loadStudioReceipt(secret.commitment),
    image: await loadImage(secret.imageDigest),
  });
  return new Blob([text], { type: "application/json" });
}
