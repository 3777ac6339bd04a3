// A studio's receipts: checked as the contract will, before anything is committed or revealed.
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import { type Loaded, Loader } from "../loader.ts";
import type { Secret, Ticket } from "../secret/secret.ts";
import { say } from "../words/html.ts";
import type { Prompt } from "./answers.ts";
import { keepStudioReceipt, loadStudioReceipt } from "./keep.ts";
import { deskOf, openStudio } from "./session.ts";
import { hashReceipt, isSignedBy, type Receipt } from "./signed.ts";

type Judged = Pick<Competition, "id" | "terms" | "revealEnds">;
type Imaged = Pick<Prompt, "index" | "imageDigest" | "signature">;

const checked = new Loader<Receipt>();

/** The receipt of a prompt's image. Throws when the contract would not take it. */
export async function requireReceipt(
  app: App,
  { terms }: Judged,
  ticket: Ticket,
  { index, imageDigest, signature }: Imaged,
): Promise<Receipt> {
  if (index === null || !imageDigest || !signature)
    throw new Error("The studio sent no receipt for this image. Ask it again by reloading.");
  if (index >= terms.promptLimit)
    throw new Error(
      say`The contract takes no more than ${terms.promptLimit} prompts, and this is a later one.`,
    );
  const hash = hashReceipt(app.domain, ticket, imageDigest, index);
  if (!(await isSignedBy(app.reader, terms.studio, hash, signature)))
    throw new Error(
      "This image's receipt is not signed by the competition's studio: the contract would refuse it. Choose another image, and tell the operator.",
    );
  return { promptIndex: index, signature };
}

/** As `requireReceipt`, once for each image. */
export const receiptOf = (app: App, c: Judged, ticket: Ticket, prompt: Imaged): Loaded<Receipt> =>
  checked.get(
    app,
    `${c.id}:${ticket.ticketId}:${prompt.index}:${prompt.imageDigest}:${prompt.signature}`,
    () => requireReceipt(app, c, ticket, prompt),
  );

/** The receipt behind a ticket's commitment: from this browser, or from the studio by a signature. */
export async function findReceipt(
  app: App,
  c: Judged,
  ticket: OwnTicket,
  { imageDigest, commitment }: Secret,
): Promise<Receipt> {
  const kept = loadStudioReceipt(commitment);
  if (kept) {
    const { promptIndex: index, signature } = kept;
    return requireReceipt(app, c, ticket, { index, imageDigest, signature });
  }
  const known = deskOf(app, c, ticket);
  const read = await known?.read().catch(() => null);
  const overview = read ?? (await (await openStudio(app, c, ticket)).read());
  const prompt = overview.prompts.find((one) => one.imageDigest === imageDigest);
  if (!prompt)
    throw new Error("The studio has no receipt for this image. Open your recovery file.");
  const receipt = await requireReceipt(app, c, ticket, prompt);
  keepStudioReceipt(commitment, receipt);
  return receipt;
}
