// "Remind me, also when this page is closed": the browser's push service, told by the operator's daemon.

import { nothing } from "lit-html";
import type { App } from "../../app.ts";
import { list, text } from "../../border/parse.ts";
import { keep, stored } from "../../border/stored.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { messageOf } from "../../messageOf.ts";
import { Note } from "../../note.ts";
import { canBePushed, forget, subscribe } from "../../push.ts";
import { html } from "../../words/html.ts";

const KEY = "pushed";
const names = list(text(200), 10_000);
/** What goes on, or went wrong. */
const said = new Note<string>();

export function reminding(app: App, c: Competition) {
  const { push, contract } = app.config;
  if (!push || !canBePushed()) return nothing;
  const name = `${contract}:${c.id}`;
  const wanted = stored(KEY, names, []);
  const change = async (wish: Promise<void>, next: readonly string[]) => {
    said.set(app, name, "One moment…");
    try {
      await wish;
      keep(KEY, next);
      said.set(app, name, undefined);
    } catch (error) {
      said.set(app, name, messageOf(error));
    }
  };
  const others = wanted.filter((other) => other !== name);
  const words = said.get(app, name);
  return html`${
    wanted.includes(name)
      ? html`<p class="small good" role="status">You will be reminded, also when this page is closed.
          <button class="quiet slim" @click=${() => change(forget(push, c.id), others)}>Stop reminding me</button></p>`
      : html`<button class="quiet" @click=${() => change(subscribe(push, c.id), [...others, name])}>Remind me, also when this page is closed</button>`
  }${words ? html`<p class="small" role="status">${words}</p>` : nothing}`;
}
