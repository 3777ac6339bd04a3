// Calendar, hall of fame, a player's history and how it all works: loaded by who looks at them.

import type { App } from "../app.ts";
import { Loader } from "../loader.ts";
import { html } from "../words/html.ts";
import type { Drawn } from "./part.ts";

type Wing = typeof import("./days/wing.ts");

const wings = new Loader<Wing>();

/** Draws with that part of the page. */
export function withDays(app: App, draw: (wing: Wing) => Drawn): Drawn {
  const wing = wings.get(app, "", () => import("./days/wing.ts"));
  if (wing === "loading") return html`<p class="empty" role="status">Loading…</p>`;
  return "error" in wing
    ? html`<p class="notice bad" role="alert">This part of the page cannot be loaded. Reload the page.</p>`
    : draw(wing.value);
}
