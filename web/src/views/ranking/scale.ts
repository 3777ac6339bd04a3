// What a score looks like: the scale of a judge in words.

import { nothing } from "lit-html";
import { unitOf } from "../../ranking/score.ts";
import { html } from "../../words/html.ts";

export function scale(judge: string) {
  const { words, looks } = unitOf(judge);
  return html`<p>Lower is closer to the target. ${words}</p>
    ${looks.length ? html`<dl class="scale">${looks.map(([value, what]) => html`<div><dt class="num">${value}</dt><dd>${what}</dd></div>`)}</dl>` : nothing}`;
}
