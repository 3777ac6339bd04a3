// A competition of somebody whom this page does not stand for: who that is, before anything is bought.

import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { Note } from "../note.ts";
import { html } from "../words/html.ts";
import { account } from "./account.ts";
import { hasStudio } from "./studio.ts";

/** Competitions whose operator was looked at. */
const looked = new Note<true>();

export const wasLookedAt = (app: App, c: Competition): boolean =>
  looked.get(app, String(c.id)) === true;

export const strangerMark = () => html`<span class="mine stranger">other operator</span>`;

/** What is to be seen first, and the way on. */
export const beforeBuying = (app: App, c: Competition) =>
  html`<div class="panel"><h2>Not this page's competition</h2>
    <p>Anyone can create a competition on this contract. This one was created by somebody whom this page does not stand for.</p>
    <dl class="who-is"><div><dt>Operator</dt><dd>${account(app, c.operator)}</dd></div>
      <div><dt>Decides disputes</dt><dd>${c.terms.arbiter === c.operator ? "the operator itself" : account(app, c.terms.arbiter)}</dd></div>
      <div><dt>Studio</dt><dd>${hasStudio(c) ? account(app, c.terms.studio) : "none: images from anywhere"}</dd></div></dl>
    <p>Buy only if you know and trust them.</p>
    <button class="quiet" @click=${() => looked.set(app, String(c.id), true)}>I know them: show the tickets</button></div>`;
