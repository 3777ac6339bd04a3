// What stands on-chain for a ticket, as opposed to the draft below it: the picture, and its copies.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import type { Bytes } from "../content/bytes.ts";
import { loadImage } from "../content/imageShelf.ts";
import { arrived, Loader } from "../loader.ts";
import { copyStored, recoveryFile, storeAgain } from "../play.ts";
import { loadSecret } from "../secret/keep.ts";
import type { Secret } from "../secret/secret.ts";
import { html } from "../words/html.ts";
import { configured } from "./configured.ts";
import { saveCalendar, saveFile, saveImage } from "./files.ts";
import { hasStudio } from "./studio.ts";

interface Shelved {
  readonly bytes: Bytes;
  readonly url: string;
}

const shelf = new Loader<Shelved>();

/** A committed image of this browser's. */
const shelved = (app: App, digest: Hex): Shelved | undefined =>
  arrived(
    shelf.get(app, digest, async () => {
      const bytes = await loadImage(digest);
      if (!bytes) throw new Error("The image is not in this browser.");
      return { bytes, url: URL.createObjectURL(new Blob([bytes], { type: "image/png" })) };
    }),
  );

export function committed(app: App, c: Competition, ticket: OwnTicket) {
  const secret = ticket.commitment ? loadSecret(ticket.commitment) : null;
  const image = secret ? shelved(app, secret.imageDigest) : undefined;
  return html`<div class="committed">
    ${image ? html`<img src=${image.url} alt="The image that you committed" width="512" height="512" />` : nothing}
    <div><p class="good">Committed. You can replace it until submissions close.</p>
      ${secret ? (hasStudio(c) ? atStudio() : copy(app, secret, image)) : html`<p class="small">Which image it is, this browser does not know. The one that committed it does.</p>`}
      <div class="buttons">
        ${secret ? html`<button class="quiet" @click=${() => saveRecovery(app, c, ticket, secret)}>Save recovery file</button>` : nothing}
        <button class="quiet" @click=${() => saveCalendar(c, location.href)}>Calendar entry</button>
        ${notify(app, c)}</div>
      ${configured(app, "push", ({ reminding }) => reminding(app, c))}</div></div>`;
}

const atStudio = () =>
  html`<p class="small">The studio keeps the image, and publishes it when you reveal. Nobody sees it before.</p>`;

const saveRecovery = (app: App, c: Competition, ticket: OwnTicket, secret: Secret) =>
  recoveryFile(app, ticket, secret).then((file) =>
    saveFile(`submission-${c.id}-${ticket.ticketId}.json`, file),
  );

/** Whether a copy is stored; a commitment stands without one. */
export function copy(app: App, { imageDigest }: Secret, image: Shelved | undefined) {
  if (!app.config.stores.length) return nothing;
  const stored = copyStored(app, imageDigest);
  if (stored === "loading") return html`<p class="small" role="status">Storing a copy…</p>`;
  if ("value" in stored)
    return html`<p class="small" role="status">A copy is stored, so that losing this browser does not lose the image.</p>`;
  return html`<p class="small" role="status"><b>No copy is stored yet.</b> ${stored.error} The commitment stands without it, and the page tries again.
      <button class="quiet" @click=${() => storeAgain(app, imageDigest)}>Try now</button> ${image ? saveImage(image.bytes) : nothing}</p>`;
}

function notify(app: App, c: Competition) {
  if (!app.reminders.possible) return nothing;
  return app.reminders.has(c.id)
    ? html`<p class="small good" role="status">You will be notified when you can reveal, if this page is still open.</p>`
    : html`<button class="quiet" @click=${() => app.reminders.ask(c.id)}>Notify me here</button>`;
}
