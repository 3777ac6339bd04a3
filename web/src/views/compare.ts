// An entry's pictures side by side, and a slider that lays one of them over the target.

import type { Hex } from "viem";
import type { App } from "../app.ts";
import { at } from "../at.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { Note } from "../note.ts";
import type { Row } from "../ranking/bundle.ts";
import { html, say } from "../words/html.ts";
import { inputOf } from "./events.ts";
import type { Drawn } from "./part.ts";
import { picture } from "./picture.ts";

/** Which picture of an entry lies over the target, and how far it covers it. */
const sidesChosen = new Note<number>();
const sliders = new Note<number>();

interface Side {
  readonly name: string;
  readonly alt: string;
  readonly digest: Hex;
}

function sidesOf(row: Row): Side[] {
  const all = [
    { name: "Submission", alt: say`Submission of ticket ${row.ticketId}`, digest: row.imageDigest },
    {
      name: "Rebuilt by the judge",
      alt: say`Reconstruction of ticket ${row.ticketId}`,
      digest: row.reconstruction,
    },
    {
      name: "Where that differs",
      alt: say`Heatmap of ticket ${row.ticketId}`,
      digest: row.errorMap,
    },
  ];
  return all.filter((side): side is Side => side.digest !== null);
}

/** `beside` stands beside the slider, below the pictures. */
export function compare(app: App, c: Competition, row: Row, beside: Drawn) {
  const sides = sidesOf(row);
  const name = `${c.id}:${row.ticketId}`;
  const chosen = sides[sidesChosen.get(app, name) ?? 0] ?? at(sides, 0);
  const choice = (side: Side, i: number) =>
    html`<button class="side-choice" aria-pressed=${side === chosen} @click=${() => sidesChosen.set(app, name, i)}>
      ${picture(app, side.digest, side.alt)}<span>${side.name}</span></button>`;
  return html`<div class="compare">
    ${overTarget(app, c, name, { name: chosen.name, over: picture(app, chosen.digest, chosen.alt) })}
    <div><div class="trio" role="group" aria-label="Compare with the target">${sides.map(choice)}</div>
      ${beside}</div></div>`;
}

interface Over {
  readonly name: string;
  readonly over: Drawn;
}

/** A picture that a slider lays over the target; `about` remembers how far. */
export function overTarget(
  app: App,
  c: Pick<Competition, "targetDigest">,
  about: string,
  { name, over }: Over,
) {
  const covered = sliders.get(app, about) ?? 50;
  const move = (event: Event) => {
    const input = inputOf(event);
    sliders.keep(app, about, Number(input.value));
    input.parentElement?.style.setProperty("--at", String(Number(input.value) / 100));
    input.setAttribute("aria-valuetext", shares(Number(input.value)));
  };
  return html`<figure class="slide-box"><div class="slide" .style=${`--at:${covered / 100}`}>
      ${picture(app, c.targetDigest, "The target")}
      <div class="over">${over}</div>
      <input type="range" name="cover" min="0" max="100" .value=${String(covered)} aria-valuetext=${shares(covered)}
        aria-label="${name}, laid over the target" @input=${move} /></div>
    <figcaption><span>${name}</span><span>Target</span></figcaption></figure>`;
}

const shares = (at: number): string => say`${at} % covered, ${100 - at} % target`;
