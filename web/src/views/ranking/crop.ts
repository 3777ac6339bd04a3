// Which square of a chosen picture is taken: dragged with the pointer, or moved and zoomed with the keys.

import { nothing } from "lit-html";
import type { App } from "../../app.ts";
import { centreOf, type Size, type Square, within, zoomed } from "../../content/square.ts";
import { Note } from "../../note.ts";
import { html } from "../../words/html.ts";
import { elementOf, inputOf } from "../events.ts";

/** The picture as it was chosen. */
export interface Source {
  readonly url: string;
  /** Makes the image of that square. */
  readonly cut: (square: Square) => void;
}

interface Cut {
  readonly size: Size;
  readonly square: Square;
}

const MOST_ZOOM = 8;
const LEAST_SIDE = 64;
const WAIT_MILLISECONDS = 250;

/** By the address of the picture. */
const cuts = new Note<Cut>();
const waiting = new WeakMap<App, number>();

export function crop(app: App, source: Source) {
  const cut = cuts.get(app, source.url);
  const learn = (event: Event) => {
    const { naturalWidth: width, naturalHeight: height } = elementOf(event, HTMLImageElement);
    const size = { width, height };
    cuts.set(app, source.url, { size, square: centreOf(size) });
  };
  return html`<details class="crop" open><summary>Which part is taken</summary>
    <div class="crop-field" @pointerdown=${(event: PointerEvent) => cut && drag(app, source, cut, event)}>
      <img src=${source.url} alt="The picture that you chose" draggable="false" @load=${cut ? nothing : learn} />
      ${cut ? html`<i .style=${styleOf(cut)}></i>` : nothing}</div>
    ${cut ? sliders(app, source, cut) : nothing}</details>`;
}

const styleOf = ({ size, square }: Cut): string => {
  const of = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return `left:${of(square.left, size.width)};top:${of(square.top, size.height)};width:${of(square.side, size.width)};height:${of(square.side, size.height)}`;
};

/** Takes another square; the image is made when nothing moves any more. */
function take(app: App, source: Source, { size }: Cut, square: Square): void {
  const least = Math.min(LEAST_SIDE, size.width, size.height);
  const inside = within(size, square, least);
  cuts.set(app, source.url, { size, square: inside });
  clearTimeout(waiting.get(app));
  waiting.set(
    app,
    window.setTimeout(() => source.cut(inside), WAIT_MILLISECONDS),
  );
}

function sliders(app: App, source: Source, cut: Cut) {
  const { size, square } = cut;
  const most = Math.min(size.width, size.height);
  const zoom = Math.log2(most / square.side);
  const slider = (
    name: string,
    value: number,
    top: number,
    step: number,
    to: (value: number) => Square,
  ) =>
    top > 0
      ? html`<label>${name}<input type="range" name="crop" min="0" max=${top} step=${step} .value=${String(value)}
        @input=${(event: Event) => take(app, source, cut, to(Number(inputOf(event).value)))} /></label>`
      : nothing;
  return html`<div class="crop-keys">
    ${slider("Zoom", zoom, Math.log2(Math.min(MOST_ZOOM, most / LEAST_SIDE)), 0.05, (value) => zoomed(size, square, most / 2 ** value))}
    ${slider("Left to right", square.left, size.width - square.side, 1, (left) => ({ ...square, left }))}
    ${slider("Top to bottom", square.top, size.height - square.side, 1, (top) => ({ ...square, top }))}</div>`;
}

/** Follows the pointer until it is let go. */
function drag(app: App, source: Source, cut: Cut, event: PointerEvent): void {
  const field = elementOf(event, HTMLElement);
  const scale = cut.size.width / field.clientWidth;
  const { clientX, clientY } = event;
  const move = (at: PointerEvent) =>
    take(app, source, cut, {
      side: cut.square.side,
      left: cut.square.left + (at.clientX - clientX) * scale,
      top: cut.square.top + (at.clientY - clientY) * scale,
    });
  const stop = new AbortController();
  field.setPointerCapture(event.pointerId);
  field.addEventListener("pointermove", move, { signal: stop.signal });
  for (const end of ["pointerup", "pointercancel"])
    field.addEventListener(end, () => stop.abort(), { signal: stop.signal });
}
