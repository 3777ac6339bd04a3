// A picture by its digest: shown only once its bytes are verified.

import type { Hex } from "viem";
import type { App } from "../app.ts";
import { html } from "../words/html.ts";

export function picture(app: App, digest: Hex, alt: string) {
  const loaded = app.picture(digest);
  if (loaded === "loading") return html`<span class="frame wait" role="status">Fetching…</span>`;
  if ("error" in loaded)
    return html`<span class="frame" role="img" aria-label="${alt}: not available">Not available: ${loaded.error}.</span>`;
  return html`<img class="frame" src=${loaded.value} alt=${alt} />`;
}
