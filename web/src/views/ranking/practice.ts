// A practice round: any image, scored by the judge of a competition that is over.

import { nothing } from "lit-html";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { Bytes } from "../../content/bytes.ts";
import { digestOf } from "../../content/digest.ts";
import { type Practised, practise, readOffer } from "../../content/practise.ts";
import { arrived, Loader } from "../../loader.ts";
import { messageOf } from "../../messageOf.ts";
import { Note } from "../../note.ts";
import type { Bundle } from "../../ranking/bundle.ts";
import { isDisqualified } from "../../ranking/flags.ts";
import { placed, standingOf } from "../../ranking/place.ts";
import { looksLike, nearer, readable } from "../../ranking/score.ts";
import { html } from "../../words/html.ts";
import type { Choosing } from "../chooser.ts";
import { overTarget } from "../compare.ts";
import { part } from "../part.ts";
import { atHome } from "./atHome.ts";
import { bundleOf } from "./bundleOf.ts";
import { terms } from "./entry.ts";

const NOBODY = `0x${"0".repeat(40)}` as const;

const offered = new Loader<readonly number[]>();

/** What came of an image, by the name of its place; `of` is its digest. */
interface Try {
  readonly of: string;
  readonly said?: Practised;
  readonly trouble?: string;
}
const tries = new Note<Try>();

export function practice(app: App, c: Competition, choosing: Choosing) {
  const daemon = app.config.practice;
  const offers = offered.get(app, "", async () => (daemon ? readOffer(daemon) : []));
  if (offers === "loading") return nothing;
  const bundle = arrived(bundleOf(app, c));
  const isOffered = arrived(offers)?.includes(Number(c.id));
  return html`<section class="panel practice" id="practice"><h3>A practice round</h3>
    <p>What would the judge have said of yours? No wallet, no ticket; nothing is kept.</p>
    ${bundle && isOffered ? room(app, c, bundle, choosing) : nothing}
    ${isOffered ? html`<details><summary>On your own machine</summary>${atHome(app, c)}</details>` : atHome(app, c)}</section>`;
}

function room(app: App, c: Competition, bundle: Bundle, choosing: Choosing) {
  const { chosenFor, cropped, dropZone } = choosing;
  const name = `practice:${app.config.contract}:${c.id}`;
  const chosen = chosenFor(app, name);
  const take = (bytes: Bytes) => void ask(app, c, name, bytes);
  const found = tries.get(app, name);
  const image = chosen && html`<img class="frame" src=${chosen.url} alt="Your image" />`;
  return html`<p>Choose an image: it is scored as the entries were, to the bit.</p>
    ${dropZone(app, name, chosen, take)}
    ${chosen ? part("The crop", () => cropped(app, name, take)) : nothing}
    <div role="status">${found ? said(bundle, found) : nothing}</div>
    ${found?.said && image ? overTarget(app, c, name, { name: "Your image", over: image }) : nothing}`;
}

/** The answer counts only while its image is the one that is looked at. */
async function ask(app: App, c: Competition, name: string, bytes: Bytes) {
  const of = digestOf(bytes);
  const arrive = (outcome: Partial<Try>) => {
    if (tries.get(app, name)?.of === of) tries.set(app, name, { of, ...outcome });
  };
  tries.set(app, name, { of });
  try {
    arrive({ said: await practise(app.config.practice ?? "", c.id, bytes) });
  } catch (error) {
    arrive({ trouble: messageOf(error) });
  }
}

function said(bundle: Bundle, { said, trouble }: Try) {
  if (trouble) return html`<p class="notice bad">${trouble}</p>`;
  if (!said)
    return html`<p class="small">The judge looks at it. That may take a minute, or longer while others practise…</p>`;
  const looks = looksLike(bundle.judge, said.score);
  return html`<p class="practised"><b class="num">${readable(bundle.judge, said.score)}</b> ${looks} ${nearer(bundle.judge, said.score)}</p>
    <p>${verdict(bundle, said)}</p>
    ${terms(bundle, said)}`;
}

/** Where it would have stood, or why nowhere. */
function verdict(bundle: Bundle, said: Practised) {
  const twin = bundle.rows.find(({ imageDigest }) => imageDigest === said.imageDigest);
  if (twin)
    return html`This is the image of ticket ${twin.ticketId}. A second one would be disqualified.`;
  const row = { ...said, rank: 0, ticketId: 0, player: NOBODY } as const;
  const { rows, mine } = placed(bundle.rows, {
    ...row,
    reconstruction: null,
    errorMap: null,
    copy: null,
    remarks: [],
  });
  const standing = standingOf({ rows, judge: bundle.judge }, mine);
  return isDisqualified(said.flags)
    ? html`<b>${standing}</b>`
    : html`It would have been <b>${standing}</b>`;
}
