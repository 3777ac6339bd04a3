// A picture by its digest: shown only once its bytes are verified.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../app.ts";
import { arrived } from "../loader.ts";
import { html } from "../words/html.ts";

/** Until then its preview stands there, where one is served: asked for first, since it is soon here.
 *  It is as large as the picture, so that nothing larger is painted later. */
export function picture(app: App, digest: Hex, alt: string) {
  const { previews } = app.config;
  if (previews && app.preview(digest, 512) === "loading") return waiting();
  const loaded = app.picture(digest);
  if (loaded === "loading") return waiting(previews ? arrived(app.preview(digest, 512)) : "");
  if ("error" in loaded)
    return html`<span class="frame" role="img" aria-label="${alt}: not available">Not available: ${loaded.error}.</span>`;
  return html`<img class="frame" src=${loaded.value} alt=${alt} />`;
}

const waiting = (small = "") =>
  html`<span class="frame wait" role="status">${
    small ? html`<img class="thumb" src=${small} alt="" />` : nothing
  }<span class="hint">Fetching…</span></span>`;
