// The image that a player looks at: laid over the target, with its words, and to be committed.

import { nothing } from "lit-html";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { OwnTicket } from "../../chain/readTickets.ts";
import type { Loaded } from "../../loader.ts";
import { Note } from "../../note.ts";
import { commitImage } from "../../play.ts";
import { loadSecret } from "../../secret/keep.ts";
import type { Prompt } from "../../studio/answers.ts";
import type { Desk } from "../../studio/desk.ts";
import { forgetImage, imageOf, type Shown } from "../../studio/images.ts";
import { keepStudioReceipt } from "../../studio/keep.ts";
import { receiptOf, requireReceipt } from "../../studio/receipt.ts";
import { deskOf } from "../../studio/session.ts";
import { html, say } from "../../words/html.ts";
import { said, step } from "../button.ts";
import { overTarget } from "../compare.ts";

/** By competition: the ticket and the number of the prompt. */
const picks = new Note<{ readonly ticketId: bigint; readonly number: number }>();
/** By ticket: the prompt that was picked by itself when its image came. */
const shownOnce = new Note<number>();

export function pick(app: App, c: Competition, { ticketId }: OwnTicket, prompt: Prompt | null) {
  picks.set(app, String(c.id), prompt ? { ticketId, number: prompt.number } : undefined);
  if (prompt)
    requestAnimationFrame(() => {
      const place = document.querySelector(".target");
      // On a phone the target is above the bench.
      if (place && place.getBoundingClientRect().bottom < 120)
        place.scrollIntoView({ block: "start" });
    });
}

/** An image that was asked for here is looked at as soon as it comes. */
export function pickLatest(app: App, c: Competition, ticket: OwnTicket, desk: Desk): void {
  const name = `${c.id}:${ticket.ticketId}`;
  const { latest } = desk;
  if (latest === null || shownOnce.get(app, name) === latest) return;
  if (!desk.images.some(({ number }) => number === latest)) return;
  shownOnce.keep(app, name, latest);
  picks.set(app, String(c.id), { ticketId: ticket.ticketId, number: latest });
}

/** The picked one of a ticket's images. */
export function pickedIn(
  app: App,
  c: Competition,
  ticket: OwnTicket,
  desk: Desk,
): Prompt | undefined {
  const pick = picks.get(app, String(c.id));
  return pick?.ticketId === ticket.ticketId
    ? desk.images.find(({ number }) => number === pick.number)
    : undefined;
}

/** The picked image over the target; nothing when none is picked. */
export function picked(app: App, c: Competition) {
  const pick = picks.get(app, String(c.id));
  const ticket = app.tickets.find(({ id, ticketId }) => id === c.id && ticketId === pick?.ticketId);
  if (!ticket) return null;
  const desk = deskOf(app, c, ticket);
  const prompt = desk ? pickedIn(app, c, ticket, desk) : undefined;
  if (!desk || !prompt?.imageDigest) return null;
  const image = imageOf(app, desk, prompt.imageDigest);
  const name = say`Image ${(prompt.index ?? 0) + 1}`;
  return html`<div class="picked">
    ${overTarget(app, c, `picked:${c.id}`, { name, over: shown(image, name) })}
    <p class="words" dir="auto"><q>${prompt.text}</q></p>
    ${
      typeof image === "object" && "error" in image
        ? html`<p class="notice bad" role="alert">${image.error}
            <button class="quiet" @click=${() => prompt.imageDigest && forgetImage(app, prompt.imageDigest)}>Try again</button></p>`
        : nothing
    }
    ${c.phase === "Open" ? commit(app, c, ticket, prompt, image) : nothing}
    <div class="buttons">${c.phase === "Open" ? html`<button class="quiet" @click=${() => reuse(app, desk, prompt)}>Change these words</button>` : nothing}
      <button class="quiet" @click=${() => picks.set(app, String(c.id), undefined)}>Show the target alone</button></div></div>`;
}

const shown = (image: Loaded<Shown>, alt: string) =>
  image === "loading"
    ? html`<span class="frame wait">Fetching…</span>`
    : "error" in image
      ? html`<span class="frame">Not available</span>`
      : html`<img class="frame" src=${image.value.url} alt=${alt} />`;

function commit(app: App, c: Competition, ticket: OwnTicket, prompt: Prompt, image: Loaded<Shown>) {
  const key = `commit:${c.id}:${ticket.ticketId}`;
  const secret = ticket.commitment ? loadSecret(ticket.commitment) : null;
  if (secret && secret.imageDigest === prompt.imageDigest)
    return html`<p class="good" role="status">✓ This image is committed. ${isDone(app, key) ? nothing : said(app, key)}</p>`;
  const receipt = receiptOf(app, c, ticket, prompt);
  if (receipt === "loading" || image === "loading")
    return html`<p class="small" role="status">Checking the receipt…</p>`;
  if ("error" in receipt) return html`<p class="notice bad" role="alert">${receipt.error}</p>`;
  if ("error" in image) return nothing;
  const act = async () => {
    const bytes = new Uint8Array(await image.value.blob.arrayBuffer());
    await commitImage(app, ticket, bytes, async ({ commitment }) =>
      keepStudioReceipt(commitment, await requireReceipt(app, c, ticket, prompt)),
    );
  };
  const label = ticket.commitment ? "Commit this one instead" : "Commit this image";
  return step(app, key, label, act);
}

/** Said once is enough. */
const isDone = (app: App, key: string): boolean => app.transactions.of(key)?.state === "done";

function reuse(app: App, desk: Desk, { text }: Prompt): void {
  desk.type(text);
  app.changed();
  const box = document.getElementById(`words-${desk.place.ticketId}`);
  box?.focus();
  if (box instanceof HTMLTextAreaElement) {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
  }
}
