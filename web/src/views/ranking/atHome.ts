// A practice round without a daemon: all that the judge was made of is public, and one command makes it again.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { fetchContent } from "../../content/fetchContent.ts";
import { messageOf } from "../../messageOf.ts";
import { Note } from "../../note.ts";
import { html } from "../../words/html.ts";
import { saveFile } from "../files.ts";

/** What could not be saved, by competition. */
const troubles = new Note<string>();

/** `judge score` trains by target, spec and seed alone, so its scores are those of the ranking. */
export function atHome(app: App, c: Competition) {
  const { id, seed, targetDigest, terms } = c;
  const [target, spec] = [`target-${id}.png`, `spec-${id}.json`];
  const trouble = troubles.get(app, String(id));
  const save = (name: string, digest: Hex) => () => void saveContent(app, c, name, digest);
  return html`<p>Save both files. The command makes the same judge of them on your machine, and scores your image as the entries were, to the bit:</p>
    <p class="row"><button class="quiet" @click=${save(target, targetDigest)}>Save target</button>
      <button class="quiet" @click=${save(spec, terms.specDigest)}>Save the judge's settings</button></p>
    ${trouble ? html`<p class="notice bad" role="alert">${trouble}</p>` : nothing}
    <pre tabindex="0">judge score --seed ${seed} --spec ${spec} ${target} mine.png</pre>`;
}

/** The very bytes behind a digest on the chain. */
async function saveContent(app: App, { id }: Competition, name: string, digest: Hex) {
  try {
    const bytes = await fetchContent(app.config.gateways, digest);
    saveFile(name, new Blob([bytes]));
    troubles.set(app, String(id), undefined);
  } catch (error) {
    troubles.set(app, String(id), messageOf(error));
  }
}
