// What came out, before everything else: the visitor's own place, and the best beside the target. Who waited
// for it is told it from last to first.

import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { arrived } from "../../loader.ts";
import { html } from "../../words/html.ts";
import { part } from "../part.ts";
import { podiumOf } from "../podium.ts";
import { bundleOf } from "./bundleOf.ts";
import { again, ceremony, isTelling } from "./ceremony.ts";
import { mine, moment } from "./mine.ts";
import { podium } from "./podium.ts";

export function outcome(app: App, c: Competition) {
  const loaded = bundleOf(app, c);
  const bundle = arrived(loaded);
  if (!bundle) return podiumOf(app, c, loaded === "loading" ? undefined : []);
  if (isTelling(app, c))
    return part("The ranking from last to first", () => ceremony(app, c, bundle));
  return html`${part("How you did", () => moment(app, c, bundle))}
    ${part("The best", () => podium(app, c, bundle))}
    ${part("How you did", () => mine(app, c, bundle))}
    <p class="row">${again(app, c)}</p>`;
}
