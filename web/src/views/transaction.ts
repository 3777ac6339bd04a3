// A transaction by its hash: a link where an explorer is configured, else the hash itself.

import type { Hex } from "viem";
import type { App } from "../app.ts";
import { html } from "../words/html.ts";
import { short } from "./format.ts";

export const transaction = (app: App, hash: Hex, name = short(hash)) =>
  app.config.explorer
    ? html`<a class="mono" href="${app.config.explorer}/tx/${hash}" target="_blank" rel="noreferrer">${name}</a>`
    : html`<span class="mono" title=${hash}>${name}</span>`;
