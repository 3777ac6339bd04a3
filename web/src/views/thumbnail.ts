// A small picture: a preview where the page has one, and then said to be one.

import type { Hex } from "viem";
import type { App } from "../app.ts";
import type { PreviewSide } from "../content/fetchPreview.ts";
import { html } from "../words/html.ts";

/** Where it only repeats what stands beside it, `alt` is empty. */
export function thumbnail(app: App, digest: Hex, alt = "", side: PreviewSide = 128) {
  const loaded = app.preview(digest, side);
  return typeof loaded === "object" && "value" in loaded
    ? html`<img class="thumb" src=${loaded.value} alt=${alt} width=${side} height=${side} />`
    : alt
      ? html`<span class="thumb" role="img" aria-label=${alt}></span>`
      : html`<span class="thumb"></span>`;
}

/** Which pictures of a list are checked, in a sentence. */
export const aboutThumbnails = ({ config }: App) =>
  config.previews
    ? html`<p class="small">Small pictures are previews, made by this page's oracle. Target and winner, where they are large, are checked against their digests.</p>`
    : html`<p class="small">Each picture is checked against its digest.</p>`;
