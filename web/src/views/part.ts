// A part of a page that fails by itself: what goes wrong in it is said in its place, and no more.

import type { nothing, TemplateResult } from "lit-html";
import { html } from "../words/html.ts";

/** What a view draws. */
export type Drawn = TemplateResult | typeof nothing;

/** `name` as in "The results cannot be shown". */
export function part(name: string, draw: () => Drawn): Drawn {
  try {
    return draw();
  } catch (error) {
    console.debug(error);
    return html`<p class="notice bad" role="alert">${name} cannot be shown. The rest of this page does not depend on it.</p>`;
  }
}
