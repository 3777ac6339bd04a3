// Choosing the image of a ticket: drop, paste or file; shown as it will be judged.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import type { Bytes } from "../content/bytes.ts";
import { cidOf, digestOf } from "../content/digest.ts";
import { keepImage, loadImage } from "../content/imageShelf.ts";
import type { Square } from "../content/square.ts";
import { UnreadPicture } from "../content/unread.ts";
import { messageOf } from "../messageOf.ts";
import { Note } from "../note.ts";
import { commitImage } from "../play.ts";
import { loadSecret } from "../secret/keep.ts";
import { html } from "../words/html.ts";
import { said, step } from "./button.ts";
import { inputOf } from "./events.ts";
import { saveImage } from "./files.ts";
import { type Drawn, part } from "./part.ts";
import { withRanking } from "./ranking.ts";

export interface Chosen {
  readonly digest: Hex;
  readonly bytes: Bytes;
  readonly url: string;
  readonly cid: string;
}

/** What was chosen, by the name of its place; "none": this browser keeps nothing for it. */
const drafts = new Note<Chosen | "none">();
const troubles = new Note<string>();
/** Pictures as they were chosen, while the page is open: of these another square can be taken. */
const sources = new Note<{ readonly file: Blob; readonly url: string }>();
/** Pictures that this browser cannot prepare, and an oracle may. */
const unread = new Note<Blob>();

/** The draft of a ticket: what is not committed. What is stands in committed.ts. */
export function chooser(app: App, c: Competition, ticket: OwnTicket) {
  const draft = `draft:${app.config.contract}:${c.id}:${ticket.ticketId}`;
  const key = `commit:${c.id}:${ticket.ticketId}`;
  const chosen = chosenFor(app, draft);
  const committed = ticket.commitment && loadSecret(ticket.commitment)?.imageDigest;
  const same = chosen && committed === chosen.digest;
  const shown = same ? undefined : chosen;
  const commit = ticket.commitment ? "Replace the commitment" : "Commit this image";
  const take = (bytes: Bytes) => {
    app.transactions.forget(key); // "Done." would be said of another image
    return keepImage(draft, bytes);
  };
  return html`<div class="draft">${shown && ticket.commitment ? html`<h3>Draft: not committed</h3>` : nothing}
    ${dropZone(app, draft, shown, take, ticket.commitment !== null)}
    ${
      shown
        ? html`${part("The crop", () => cropped(app, draft, take))}
      ${part("The comparison", () => withRanking(app, ({ draft }) => draft(app, c, ticket, { digest: shown.digest, url: shown.url })))}
      <p class="hash" title="The image's address on IPFS">${shown.cid}</p>
      ${step(app, key, commit, () => commitImage(app, ticket, shown.bytes))}
      ${keeping(app, shown)}`
        : html`<p class="said" role="status">${said(app, key)}</p>`
    }</div>`;
}

/** Where a picture is not the square that is judged, the player chooses which one that is. */
function cropped(app: App, name: string, take: (bytes: Bytes) => unknown): Drawn {
  const source = sources.get(app, name);
  if (!source) return nothing;
  const { file, url } = source;
  const cut = (square: Square) => keep(app, name, take, file, square);
  return withRanking(app, ({ crop }) => crop(app, { url, cut }));
}

/** Prepares a chosen picture, or a square of it, and keeps it as the draft. */
async function keep(
  app: App,
  name: string,
  take: (bytes: Bytes) => unknown,
  picture: Blob,
  square?: Square,
): Promise<void> {
  const { prepareImage } = await import("../content/prepareImage.ts");
  await keepPrepared(app, name, take, picture, prepareImage(picture, square));
}

async function keepPrepared(
  app: App,
  name: string,
  take: (bytes: Bytes) => unknown,
  picture: Blob,
  prepared: Promise<Bytes>,
): Promise<void> {
  try {
    const bytes = await prepared;
    await take(bytes);
    unread.keep(app, name, undefined);
    troubles.keep(app, name, undefined);
    drafts.set(app, name, show(bytes));
  } catch (error) {
    if (error instanceof UnreadPicture && app.config.stores.length) unread.keep(app, name, picture);
    troubles.set(app, name, messageOf(error));
  }
}

const keeping = (app: App, chosen: Chosen) =>
  app.config.stores.length
    ? html`<p class="small">Once it is committed, a copy is stored with the oracle, so that losing this browser does not lose the image. Its operator could look at it before you reveal.</p>`
    : html`<p class="small">This oracle stores no images: put this file on IPFS yourself, before you reveal.
        ${saveImage(chosen.bytes)}</p>`;

/** What was chosen under this name, also before a reload. */
function chosenFor(app: App, draft: string): Chosen | undefined {
  const known = drafts.get(app, draft);
  if (known === undefined) {
    drafts.keep(app, draft, "none");
    void loadImage(draft).then((bytes) => {
      if (bytes && drafts.get(app, draft) === "none") drafts.set(app, draft, show(bytes));
    });
  }
  return known === "none" ? undefined : known;
}

const show = (bytes: Bytes): Chosen => ({
  bytes,
  url: URL.createObjectURL(new Blob([bytes], { type: "image/png" })),
  digest: digestOf(bytes),
  cid: cidOf(digestOf(bytes)),
});

/** A place to drop, paste or pick a picture; `take` is given the prepared file. */
export function dropZone(
  app: App,
  name: string,
  chosen: Chosen | undefined,
  take: (bytes: Bytes) => unknown,
  isAnother = false,
) {
  const trouble = troubles.get(app, name);
  const id = `file-${name.replaceAll(":", "-")}`;
  const choose = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    input.value = ""; // so that the same file can be chosen again
    unread.keep(app, name, undefined);
    sources.keep(app, name, { file, url: URL.createObjectURL(file) });
    await keep(app, name, take, file);
  };
  const letOracle = async (picture: Blob) => {
    const { prepareThere } = await import("../content/prepareThere.ts");
    sources.keep(app, name, undefined);
    await keepPrepared(app, name, take, picture, prepareThere(app.config.stores, picture));
  };
  const left = unread.get(app, name);
  return html`<div class="drop ${chosen ? "filled" : ""}">
      ${chosen ? html`<img src=${chosen.url} alt="Your image as it will be judged" width="512" height="512" />` : nothing}
      <input class="file" type="file" id=${id} accept="image/*" @change=${(event: Event) => choose(inputOf(event))} />
      <label for=${id}><b>${chosen || isAnother ? "Choose another image" : "Choose an image"}</b> or drop or paste one here.
        ${chosen ? "This is how it will be judged." : "It is cropped to a square of 512×512."}</label>
    </div>
    ${trouble ? html`<p class="notice bad" role="alert">${trouble}</p>` : nothing}
    ${left ? html`<p class="small"><button class="quiet" @click=${() => letOracle(left)}>Let the oracle prepare it</button> Its operator could look at it before you reveal.</p>` : nothing}`;
}

/**
 * What the page's parts that are loaded later need to let somebody choose an image. It is handed to
 * them, since what they import themselves is torn out of the first script, which grows by it.
 */
export const choosing = { chosenFor, cropped, dropZone } as const;
export type Choosing = typeof choosing;
