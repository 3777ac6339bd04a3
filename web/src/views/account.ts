// An account as people tell one from another: a small picture of its own, its name or its first and last
// characters, and a way to copy it.

import { nothing } from "lit-html";
import { type Address, hexToBytes } from "viem";
import type { App } from "../app.ts";
import { ensName } from "../ens.ts";
import { Note } from "../note.ts";
import { html } from "../words/html.ts";
import { short } from "./format.ts";
import { identicon } from "./identicon.ts";

const copied = new Note<string>();

/** With its picture; for lists and headings. */
export function face(app: App, address: Address) {
  const name = ensName(app, address);
  return html`<span class="face" title=${address}>${identicon(hexToBytes(address))}${name ? html`<b dir="auto">${name}</b>` : html`<span class="mono">${short(address)}</span>`}</span>`;
}

/** The same, and a button that copies the address. */
export function account(app: App, address: Address) {
  return html`${face(app, address)} ${copy(app, address, "Copy the address")}`;
}

/** A button that copies a text, and says so in place. */
export function copy(app: App, text: string, label: string) {
  const act = async () => {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    copied.set(app, "", done ? text : undefined);
  };
  return html`<button class="copy" aria-label=${label} title=${label} @click=${act}>${copied.get(app) === text ? "✓" : "⧉"}</button>${copied.get(app) === text ? html`<span class="gone" role="status">Copied.</span>` : nothing}`;
}
