// What a competition is called: its number and date, and after the opening what its target shows.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Card } from "../border/series.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { cardOf } from "../days/series.ts";
import { html, say } from "../words/html.ts";
import { dateOf } from "./format.ts";

/** `No. 12 · 28 November`: the number on the chain, and the day on which its target opens. */
export const nameOf = ({ id, terms }: Pick<Competition, "id"> & { terms: { saleEnds: number } }) =>
  say`No. ${String(id)} · ${dateOf(terms.saleEnds)}`;

/** The same with what the target shows, once that is known: in headings and lists. */
export function called(app: App, c: Competition) {
  const title = cardOf(app, c)?.title;
  return title ? html`${nameOf(c)} <cite dir="auto">${title}</cite>` : html`${nameOf(c)}`;
}

/** "Vincent van Gogh, 1889 · Public domain": what a card says besides the title. */
export const creditOf = ({ artist, year, licence }: Omit<Card, "title" | "target">): string =>
  [[artist, year].filter(Boolean).join(", "), licence].filter(Boolean).join(" · ");

/** The card of an opened target, under its picture or name; `nothing` where there is none. */
export function about(app: App, c: Competition) {
  const card = cardOf(app, c);
  if (!card) return nothing;
  const credit = creditOf(card);
  return html`<span class="about">${card.title ? html`<cite dir="auto">${card.title}</cite>` : nothing}
    ${credit ? html`<span class="small" dir="auto">${credit}</span>` : nothing}</span>`;
}
