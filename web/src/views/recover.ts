// Opening a recovery file: its submission can then be revealed here, by anyone and for any wallet.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { readTickets } from "../chain/readTickets.ts";
import { keepImage } from "../content/imageShelf.ts";
import { messageOf } from "../messageOf.ts";
import { Note } from "../note.ts";
import { keepSecret } from "../secret/keep.ts";
import { MOST_RECOVERY_BYTES, readRecovery } from "../secret/recovery.ts";
import { keepStudioReceipt } from "../studio/keep.ts";
import { html } from "../words/html.ts";
import { inputOf } from "./events.ts";

const troubles = new Note<string>();
/** A file that waits for the chain's first answer. */
const waiting = new Note<true>();

export function openRecoveryFile(app: App) {
  const trouble = troubles.get(app);
  return html`<p class="pick"><input class="file" type="file" id="recovery" accept="application/json,.json" @change=${(event: Event) => take(app, inputOf(event))} />
      <label class="button quiet" for="recovery">Open recovery file</label></p>
    ${waiting.get(app) ? html`<p class="small" role="status">Reading the chain…</p>` : nothing}
    ${trouble ? html`<p class="notice bad" role="alert">${trouble}</p>` : nothing}`;
}

async function take(app: App, input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  try {
    const text = await file.slice(0, MOST_RECOVERY_BYTES).text();
    input.value = ""; // so that the same file can be chosen again
    const { ticket, secret, studioReceipt, image } = readRecovery(app.domain, text);
    troubles.keep(app, "", undefined);
    waiting.set(app, "", true);
    const reader = await app.readable().finally(() => waiting.set(app, "", undefined));
    const [found] = await readTickets(reader, app.config, [ticket], ticket.player);
    if (!found) throw new Error("There is no such ticket on this chain.");
    if (!found.revealed && found.commitment !== secret.commitment)
      throw new Error(
        "This ticket's commitment was replaced later. Open the file saved after that.",
      );
    keepSecret(secret);
    if (studioReceipt) keepStudioReceipt(secret.commitment, studioReceipt);
    if (image) await keepImage(secret.imageDigest, image);
    app.recover(found);
    location.hash = `#/c/${found.id}`;
  } catch (error) {
    troubles.set(app, "", messageOf(error));
  }
}
