// The entries as they are revealed: public from then on, and something to look at while the judge works.

import { nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { type Revealed, Reveals } from "../../chain/readHistory.ts";
import { arrived, Loader } from "../../loader.ts";
import { Note } from "../../note.ts";
import { html, say } from "../../words/html.ts";
import { overTarget } from "../compare.ts";
import { plural, short } from "../format.ts";
import { near } from "../near.ts";
import { picture } from "../picture.ts";
import { aboutThumbnails, thumbnail } from "../thumbnail.ts";

const readers = new Note<Reveals>();
const walls = new Loader<readonly Revealed[]>();
const latest = new Note<readonly Revealed[]>();
/** The ticket whose image is looked at. */
const looked = new Note<bigint>();

/** Read again when there are more. */
function revealedIn(app: App, c: Competition): readonly Revealed[] | undefined {
  const name = String(c.id);
  const read = walls.get(app, `${name}:${c.revealed}`, async () => {
    if (!app.reader) throw new Error("The chain cannot be read now.");
    const reader = readers.get(app, name) ?? new Reveals(app.config, c.id);
    readers.keep(app, name, reader);
    return reader.read(app.reader, app.clock.block);
  });
  const found = arrived(read);
  if (found) latest.keep(app, name, found);
  return found ?? latest.get(app, name);
}

export function wall(app: App, c: Competition) {
  const all = c.revealed ? revealedIn(app, c) : [];
  const title = html`<h2>The entries so far</h2>`;
  if (!all)
    return html`<section>${title}<p class="small" role="status">Reading the chain…</p></section>`;
  if (!all.length)
    return html`<section>${title}<p class="empty">Each image stands here as soon as it is revealed.</p></section>`;
  const chosen = all.find(({ ticketId }) => ticketId === looked.get(app, String(c.id)));
  const part = near("wall", all.length);
  return html`<section>${title}<p class="small" role="status">${plural(all.length, "image")} of ${plural(c.sold, "ticket")}. Who is nearest is not known before the judge has looked.</p>
    ${chosen ? large(app, c, chosen) : nothing}
    <ul class="wall" id="wall" .style=${part.room}>${repeat(
      all.slice(part.first, part.end),
      ({ ticketId }) => ticketId,
      (one) => tile(app, c, one, one === chosen),
    )}</ul>${aboutThumbnails(app)}</section>`;
}

const large = (app: App, c: Competition, { ticketId, player, imageDigest }: Revealed) =>
  html`<div class="large">${overTarget(app, c, `wall:${c.id}:${ticketId}`, { name: say`Ticket ${ticketId}`, over: picture(app, imageDigest, say`The image of ticket ${ticketId}`) })}
    <p class="small">By <span class="mono">${short(player)}</span></p></div>`;

function tile(app: App, c: Competition, { ticketId, player, imageDigest }: Revealed, on: boolean) {
  const own = player === app.wallets.connected?.account;
  const look = () => looked.set(app, String(c.id), on ? undefined : ticketId);
  return html`<li><button class="tile-look" aria-pressed=${on} @click=${look}>${thumbnail(app, imageDigest, say`The image of ticket ${ticketId}`, 256)}
    ${own ? html`<span class="mine">yours</span>` : nothing}</button></li>`;
}
