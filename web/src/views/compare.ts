// An entry's pictures side by side, and a slider that lays one of them over the target.
import { html } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { Row } from "../ranking/readBundle.ts";
import { picture } from "./picture.ts";

interface Side {
  readonly name: string;
  readonly alt: string;
  readonly digest: Hex;
}

function sidesOf(row: Row): Side[] {
  const of = `of ticket ${row.ticketId}`;
  const all = [
    { name: "Submission", alt: `Submission ${of}`, digest: row.imageDigest },
    { name: "Rebuilt by the judge", alt: `Reconstruction ${of}`, digest: row.reconstruction },
    { name: "Where that differs", alt: `Heatmap ${of}`, digest: row.errorMap },
  ];
  return all.filter((side): side is Side => side.digest !== null);
}

/** `beside` stands beside the slider, below the pictures. */
export function compare(app: App, c: Competition, row: Row, beside: unknown) {
  const sides = sidesOf(row);
  const name = `side:${c.id}:${row.ticketId}`;
  const chosen = sides[(app.notes.get(name) as number | undefined) ?? 0] ?? (sides[0] as Side);
  const choice = (side: Side, i: number) =>
    html`<button class="side-choice" aria-pressed=${side === chosen} @click=${() => app.note(name, i)}>
      ${picture(app, side.digest, side.alt)}<span>${side.name}</span></button>`;
  return html`<div class="compare">
    ${slider(app, c, `${name}:at`, chosen)}
    <div><div class="trio" role="group" aria-label="Compare with the target">${sides.map(choice)}</div>
      ${beside}</div></div>`;
}

function slider(app: App, c: Competition, name: string, side: Side) {
  const at = (app.notes.get(name) as number | undefined) ?? 50;
  const move = (event: Event) => {
    const input = event.target as HTMLInputElement;
    app.notes.set(name, Number(input.value));
    input.parentElement?.style.setProperty("--at", String(Number(input.value) / 100));
    input.setAttribute("aria-valuetext", shares(Number(input.value)));
  };
  return html`<figure class="slide-box"><div class="slide" .style=${`--at:${at / 100}`}>
      ${picture(app, c.targetDigest, "The target")}
      <div class="over">${picture(app, side.digest, side.alt)}</div>
      <input type="range" min="0" max="100" .value=${String(at)} aria-valuetext=${shares(at)}
        aria-label="${side.name}, laid over the target" @input=${move} /></div>
    <figcaption><span>${side.name}</span><span>Target</span></figcaption></figure>`;
}

const shares = (at: number): string => `${at} % covered, ${100 - at} % target`;
