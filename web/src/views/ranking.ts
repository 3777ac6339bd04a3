// The ranking's part of the page: loaded by who looks at a competition that has one.

import type { App } from "../app.ts";
import { Loader } from "../loader.ts";
import { html } from "../words/html.ts";
import type { Drawn } from "./part.ts";

type Wing = typeof import("./ranking/wing.ts");

const wings = new Loader<Wing>();

/** Draws with that part of the page; until it is here `waiting` stands in its place. */
export function withRanking(app: App, draw: (wing: Wing) => Drawn, waiting?: Drawn): Drawn {
  const wing = wings.get(app, "", () => import("./ranking/wing.ts"));
  if (wing === "loading") return waiting ?? html`<p class="empty" role="status">Loading…</p>`;
  return "error" in wing
    ? html`<p class="notice bad" role="alert">This part of the page cannot be loaded. Reload the page.</p>`
    : draw(wing.value);
}
