// "How they did it": the prompts behind a ranking, from the studio's published and checked log.

import { nothing } from "lit-html";
import { getAddress } from "viem";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { Loader } from "../../loader.ts";
import { Note } from "../../note.ts";
import type { Row } from "../../ranking/bundle.ts";
import type { LogHead, PromptRecord } from "../../studio/answers.ts";
import { StudioClient } from "../../studio/client.ts";
import { readStudioLog } from "../../studio/log.ts";
import { standingOf } from "../../studio/session.ts";
import { html, say } from "../../words/html.ts";
import { plural, short } from "../format.ts";
import { picture } from "../picture.ts";

/** Longer logs are read when somebody wants to. */
const READ_AT_ONCE = 5000;
const SHOWN_FIRST = 10;

const heads = new Loader<LogHead>();
const logs = new Loader<ReadonlyMap<number, readonly PromptRecord[]>>();
const wanted = new Note<true>();
const allShown = new Note<true>();

export function howTheyDidIt(app: App, c: Competition, rows: readonly Row[]) {
  return html`<section class="told"><h2>How they did it</h2>${body(app, c, rows)}</section>`;
}

function body(app: App, c: Competition, rows: readonly Row[]) {
  const note = (words: string) => html`<p class="small" role="status">${words}</p>`;
  if (c.phase !== "Final" && c.phase !== "Void")
    return note("The words behind these images become public once the ranking is final.");
  const { why } = standingOf(app, c);
  const url = app.config.studio;
  if (why || !url) return note(why);
  const head = heads.get(app, String(c.id), async () => {
    const found = await new StudioClient(url).log(c.id);
    if (!found.digest)
      throw new Error("The studio has not published its log yet. The page looks again.");
    return found;
  });
  if (head === "loading") return note("Asking the studio for its log…");
  if ("error" in head) return note(head.error);
  const { digest, length } = head.value;
  const name = String(c.id);
  if (!digest) return nothing;
  if (length > READ_AT_ONCE && !wanted.get(app, name))
    return html`<button class="quiet" @click=${() => wanted.set(app, name, true)}>Read all ${plural(length, "prompt")}</button>`;
  const log = logs.get(app, digest, async () => {
    const of = { domain: app.domain, id: c.id, studio: c.terms.studio };
    return byTicket(await readStudioLog(app.config.gateways, digest, of, app.reader));
  });
  if (log === "loading") return note(say`Reading and checking ${plural(length, "prompt")}…`);
  if ("error" in log)
    return html`<p class="notice bad" role="alert">The studio's log cannot be believed or read: ${log.error}.</p>`;
  return stories(app, c, rows, log.value, length);
}

function byTicket(records: readonly PromptRecord[]): ReadonlyMap<number, readonly PromptRecord[]> {
  const tickets = new Map<number, PromptRecord[]>();
  for (const record of records) {
    const own = tickets.get(record.ticketId) ?? [];
    own.push(record);
    tickets.set(record.ticketId, own);
  }
  return tickets;
}

function stories(
  app: App,
  c: Competition,
  rows: readonly Row[],
  log: ReadonlyMap<number, readonly PromptRecord[]>,
  length: number,
) {
  const name = String(c.id);
  const shown = allShown.get(app, name) ? rows : rows.slice(0, SHOWN_FIRST);
  const over = [...log].filter(([, own]) => own.length > c.terms.promptLimit);
  return html`<p class="small good" role="status">✓ The studio signed this log of ${plural(length, "prompt")}, and its chain is unbroken.</p>
    ${over.length ? html`<p class="notice bad" role="alert">${plural(over.length, "ticket")} had more than ${plural(c.terms.promptLimit, "prompt")}: the studio broke the rules.</p>` : nothing}
    <ol class="stories">${shown.map((row) => html`<li>${story(app, c, row, log.get(row.ticketId) ?? [])}</li>`)}</ol>
    ${shown.length < rows.length ? html`<button class="quiet" @click=${() => allShown.set(app, name, true)}>Show all ${plural(rows.length, "entry")}</button>` : nothing}`;
}

function story(app: App, c: Competition, row: Row, own: readonly PromptRecord[]) {
  const made = own.find(({ imageDigest }) => imageDigest === row.imageDigest);
  const won = row.ticketId === c.winnerTicket;
  return html`${picture(app, row.imageDigest, say`The image of ticket ${row.ticketId}`)}
    <div><p class="row"><span><b class="num">${row.rank}</b> <span class="mono">${short(getAddress(row.player))}</span> <span class="small">ticket ${row.ticketId}</span></span>
        ${won ? html`<span class="winner">winner</span>` : nothing}</p>
      ${
        made
          ? html`<blockquote dir="auto">${words(made)}</blockquote><p class="small">Prompt ${made.index + 1} of the ${own.length} that this ticket used.</p>`
          : html`<p class="notice bad">No prompt of the log made this image: the studio signed what it did not log.</p>`
      }
      ${
        own.length > 1
          ? html`<details><summary>The way there</summary><ol class="way">${own.map((record) => html`<li class=${record === made ? "chosen" : ""}>${words(record)}</li>`)}</ol></details>`
          : nothing
      }</div>`;
}

const words = ({ prompt, promptSha256 }: PromptRecord) =>
  prompt === null
    ? html`<span class="small">Kept as a hash: <span class="mono" title=${promptSha256}>${short(promptSha256)}</span></span>`
    : html`${prompt}`;
