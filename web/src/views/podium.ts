// The target, and beside it the best of its entries, as they would hang on a wall.

import type { TemplateResult } from "lit-html";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { html } from "../words/html.ts";
import { picture } from "./picture.ts";

export const PLACES = 3;

/** Where the best are not known yet, their room is kept. */
export const podiumOf = (app: App, c: Competition, best?: readonly TemplateResult[]) =>
  html`<div class="podium">
    <figure class="goal">${picture(app, c.targetDigest, "The target", true)}<figcaption><b>Target</b></figcaption></figure>
    ${best ?? Array.from({ length: Math.min(PLACES, c.revealed) }, () => html`<figure><div class="frame"></div><figcaption><b>…</b></figcaption></figure>`)}</div>`;
