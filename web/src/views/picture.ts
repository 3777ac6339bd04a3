// A picture by its digest: shown only once its bytes are verified.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../app.ts";
import { arrived } from "../loader.ts";
import { Note } from "../note.ts";
import { html } from "../words/html.ts";

/** With more device pixels to one of the page, a preview of 256 is too coarse for half a phone. */
const FINE = 2.25;

/** The pictures whose previews have been painted. */
const previewed = new Note<true>();

/**
 * Until then its preview stands there, where one is served: it is as large on the screen, and a tenth of the
 * bytes. The picture is fetched once that is painted. One that stands `beside` others has half a phone at most.
 */
export function picture(app: App, digest: Hex, alt: string, beside = false) {
  const side = beside && isCoarsePhone() ? 256 : 512;
  const waits = app.config.previews && !previewed.get(app, digest);
  const loaded = waits ? app.preview(digest, side) : app.picture(digest);
  if (loaded === "loading") return waiting(waits ? "" : arrived(app.preview(digest, side)));
  if ("error" in loaded)
    return html`<span class="frame" role="img" aria-label="${alt}: not available">Not available: ${loaded.error}.</span>`;
  if (waits) return waiting(loaded.value, () => afterPaint(() => previewed.set(app, digest, true)));
  return html`<img class="frame" src=${loaded.value} alt=${alt} />`;
}

const isCoarsePhone = () => devicePixelRatio < FINE && matchMedia("(max-width: 48rem)").matches;

const afterPaint = (act: () => void) => requestAnimationFrame(() => setTimeout(act));

/** A preview that cannot be drawn has been waited for long enough as well. */
const waiting = (small = "", there?: () => void) =>
  html`<span class="frame wait" role="status">${
    small
      ? html`<img class="thumb" src=${small} alt="" decoding="sync" @load=${there} @error=${there} />`
      : nothing
  }<span class="hint">Fetching…</span></span>`;
