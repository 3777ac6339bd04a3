// What a score looks like: the scale of a judge in words, and in pictures of its own calibration.

import { nothing } from "lit-html";
import type { App } from "../../app.ts";
import { type Look, looks as looksParser } from "../../border/looks.ts";
import { parseJson } from "../../border/parse.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { readUrl } from "../../content/fetchContent.ts";
import { arrived, Loader } from "../../loader.ts";
import { readable, unitOf } from "../../ranking/score.ts";
import { html, say } from "../../words/html.ts";
import { localeNow } from "../../words/language.ts";
import { picture } from "../picture.ts";

const MOST_BYTES = 65_536;
const shown = new Loader<readonly Look[]>();

export function scale(app: App, c: Competition, judge: string) {
  const { divisor, words, looks } = unitOf(judge);
  const pictures = looks.length ? picturesOf(app, c) : [];
  const drawn = looks.map(([value, what]) => {
    const found = pictures.find(({ mark }) => Number(mark) === value * divisor);
    return html`<div><dt class="num">${value.toLocaleString(localeNow())}</dt><dd>${found ? drawing(app, judge, found) : nothing}${what}</dd></div>`;
  });
  return html`<p>Lower is closer to the target. ${words}</p>
    ${drawn.length ? html`<dl class="scale">${drawn}</dl>` : nothing}
    ${pictures.length ? html`<p class="small">The pictures are the judge's own: with these it found out what is near this target and what is far.</p>` : nothing}`;
}

/** None where no daemon shows any: the words say it too. */
function picturesOf(app: App, { id }: Competition): readonly Look[] {
  const from = app.config.looks;
  if (!from) return [];
  const found = shown.get(app, String(id), async () => {
    const text = new TextDecoder().decode(await readUrl(`${from}${id}`, MOST_BYTES));
    return parseJson(text, looksParser, "the answer");
  });
  return arrived(found) ?? [];
}

function drawing(app: App, judge: string, { score, isVariation, picture: digest }: Look) {
  const value = readable(judge, score);
  const alt = isVariation
    ? say`A variation of the target, at ${value}`
    : say`An unrelated picture, at ${value}`;
  return html`<figure>${picture(app, digest, alt)}<figcaption class="num">${value}</figcaption></figure>`;
}
