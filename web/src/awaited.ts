// Competitions that this browser saw before their ranking was posted: to it, the posting is an event.
import type { App } from "./app.ts";
import { list, text } from "./border/parse.ts";
import { keep as keepHere, stored } from "./border/stored.ts";
import type { Competition } from "./chain/readCompetitions.ts";
import { Note } from "./note.ts";

const KEY = "awaited";
const MOST = 200;
const names = list(text(200), 10_000);
const noted = new Note<true>();

const nameOf = ({ config }: App, { id }: Competition): string => `${config.contract}:${id}`;
const keep = (all: readonly string[]): void => keepHere(KEY, all.slice(-MOST));

/** Remembers, also after a reload, that the visitor was here before the ranking was. */
export function awaitRanking(app: App, c: Competition): void {
  const name = nameOf(app, c);
  if (noted.get(app, name)) return;
  noted.keep(app, name, true);
  keep([...stored(KEY, names, []).filter((other) => other !== name), name]);
}

/** Whether the ranking was waited for; asked once. */
export function endWaiting(app: App, c: Competition): boolean {
  const all = stored(KEY, names, []);
  const name = nameOf(app, c);
  if (!all.includes(name)) return false;
  keep(all.filter((other) => other !== name));
  return true;
}
