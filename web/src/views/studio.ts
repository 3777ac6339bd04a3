// Competitions whose images come from a studio; what the page does with one is loaded when needed.

import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { arrived, type Loaded, Loader } from "../loader.ts";
import { hasStudio } from "../studio/terms.ts";
import { html } from "../words/html.ts";
import type { Drawn } from "./part.ts";

type Wing = typeof import("./studio/wing.ts");

const wings = new Loader<Wing>();

export { hasStudio };

/** The studio's part of the page; undefined until it is loaded. */
export const wingOf = (app: App): Wing | undefined => arrived(load(app));

const load = (app: App): Loaded<Wing> => wings.get(app, "", () => import("./studio/wing.ts"));

/** Draws with the studio's part of the page. */
export function withStudio(app: App, draw: (wing: Wing) => Drawn): Drawn {
  const wing = load(app);
  if (wing === "loading") return html`<p class="small" role="status">Opening the studio…</p>`;
  return "error" in wing
    ? html`<p class="notice bad" role="alert">The studio's part of this page cannot be loaded. Reload the page.</p>`
    : draw(wing.value);
}

/** Why a competition cannot be played from here now; empty when it can. */
export function studioWhy(app: App, c: Competition): string {
  if (!hasStudio(c)) return "";
  const wing = wingOf(app);
  return wing ? wing.standingOf(app, c).why : "Asking the studio…";
}
