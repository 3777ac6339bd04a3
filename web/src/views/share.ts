// A finished competition's address for friends: where it is shown, it shows target and winner.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { Note } from "../note.ts";
import { html } from "../words/html.ts";
import { nameOf } from "./name.ts";

const said = new Note<string>();

export function share(app: App, c: Competition) {
  const { share } = app.config;
  if (!share || c.phase !== "Final") return nothing;
  const url = `${share}${c.id}`;
  return html`<p class="share"><button class="quiet" @click=${() => hand(app, c, url)}>Share this result</button>
    <a class="small hash" href=${url}>${url}</a> <span class="small" role="status">${said.get(app, url) ?? nothing}</span></p>`;
}

async function hand(app: App, c: Competition, url: string): Promise<void> {
  // Where the device has a way to hand on addresses, as phones do, that is what people know.
  if ("share" in navigator && navigator.maxTouchPoints) {
    await navigator.share({ title: nameOf(c), url }).catch(() => undefined); // closed again
    return;
  }
  const copied = await navigator.clipboard.writeText(url).then(
    () => true,
    () => false,
  );
  said.set(app, url, copied ? "The address is copied." : "Copy the address.");
}
