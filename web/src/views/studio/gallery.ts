// A ticket's images, newest first: each with its number and its words, to be picked.

import { nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { OwnTicket } from "../../chain/readTickets.ts";
import { Note } from "../../note.ts";
import { loadSecret } from "../../secret/keep.ts";
import type { Prompt } from "../../studio/answers.ts";
import type { Desk } from "../../studio/desk.ts";
import { imageOf } from "../../studio/images.ts";
import { receiptOf } from "../../studio/receipt.ts";
import { html } from "../../words/html.ts";
import { elementOf } from "../events.ts";
import { plural } from "../format.ts";
import { pick, pickedIn } from "./picked.ts";

const SHOWN_FIRST = 24;
const allShown = new Note<true>();
const KEYS: Record<string, (at: number, count: number, columns: number) => number> = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at, _, columns) => at + columns,
  ArrowUp: (at, _, columns) => at - columns,
  Home: () => 0,
  End: (_, count) => count - 1,
};

export function gallery(app: App, c: Competition, ticket: OwnTicket, desk: Desk) {
  const { images, pending, token } = desk;
  const name = `${c.id}:${ticket.ticketId}`;
  if (!images.length && !pending)
    return token && desk.overview
      ? html`<p class="empty">Your images will appear here, each with its number and its words.</p>`
      : nothing;
  const shown = allShown.get(app, name) ? images : images.slice(0, SHOWN_FIRST);
  const picked = pickedIn(app, c, ticket, desk);
  const first = picked && shown.includes(picked) ? picked : shown[0];
  return html`<div class="gallery" role="group" aria-label="Images of ticket ${ticket.ticketId}" @keydown=${move}>
      ${pending ? drawing(pending) : nothing}
      ${repeat(
        shown,
        ({ number }) => number,
        (prompt) => tile(app, c, ticket, desk, prompt, prompt === picked, prompt === first),
      )}</div>
    ${shown.length < images.length ? html`<button class="quiet" @click=${() => allShown.set(app, name, true)}>Show all ${plural(images.length, "image")}</button>` : nothing}`;
}

const drawing = ({ text, state }: Prompt) =>
  html`<div class="tile"><span class="frame wait">${state === "running" ? "Being made…" : "Waiting…"}</span><span class="label">${text}</span></div>`;

function tile(
  app: App,
  c: Competition,
  ticket: OwnTicket,
  desk: Desk,
  prompt: Prompt,
  isPicked: boolean,
  isFirst: boolean,
) {
  const secret = ticket.commitment ? loadSecret(ticket.commitment) : null;
  const isCommitted = secret !== null && secret.imageDigest === prompt.imageDigest;
  const receipt = receiptOf(app, c, ticket, prompt);
  const isUnsigned = typeof receipt === "object" && "error" in receipt;
  const number = (prompt.index ?? 0) + 1;
  return html`<button class="tile" tabindex=${isFirst ? "0" : "-1"} aria-pressed=${isPicked} @click=${() => pick(app, c, ticket, isPicked ? null : prompt)}>
    ${thumbnail(app, desk, prompt, number)}
    <span class="label"><b class="num">${number}</b> ${isCommitted ? html`<span class="mine">committed</span> ` : nothing}${isUnsigned ? html`<span class="mine bad">no receipt</span> ` : nothing}${prompt.text}</span></button>`;
}

function thumbnail(app: App, desk: Desk, { imageDigest }: Prompt, number: number) {
  const image = imageDigest ? imageOf(app, desk, imageDigest) : "loading";
  if (image === "loading") return html`<span class="frame wait">Fetching…</span>`;
  return "error" in image
    ? html`<span class="frame">${image.error}</span>`
    : html`<img class="frame" src=${image.value.url} alt="Image ${number}" width="512" height="512" />`;
}

/** Arrow keys go from image to image, as in any grid; Tab leaves them. */
function move(event: KeyboardEvent): void {
  const tiles = [...elementOf(event, HTMLElement).querySelectorAll<HTMLElement>("button.tile")];
  const at = tiles.findIndex((tile) => tile.matches(":focus"));
  const next = KEYS[event.key];
  if (at < 0 || !next) return;
  const top = tiles[0]?.offsetTop;
  const columns = tiles.filter(({ offsetTop }) => offsetTop === top).length;
  const tile = tiles[next(at, tiles.length, columns)];
  if (!tile) return;
  event.preventDefault();
  tile.focus();
}
