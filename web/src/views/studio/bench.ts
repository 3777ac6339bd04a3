// Where a player works: the prompt box, what is left, what is being drawn, and all images so far.

import { nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { OwnTicket } from "../../chain/readTickets.ts";
import type { Overview, Prompt } from "../../studio/answers.ts";
import type { Desk } from "../../studio/desk.ts";
import { MOST_KEPT_LETTERS } from "../../studio/keep.ts";
import { deskOf, openStudio, standingOf } from "../../studio/session.ts";
import { html, say, word } from "../../words/html.ts";
import { step } from "../button.ts";
import { committed } from "../committed.ts";
import { elementOf } from "../events.ts";
import { lasting, left, plural } from "../format.ts";
import { gallery } from "./gallery.ts";
import { pickLatest } from "./picked.ts";

/** What the studio refuses in any case; it counts characters after normalising. */
const MOST_LETTERS = 1000;
const SOON_SECONDS = 300;
/** Prompts that are few, and the share of all below which they are. */
const [FEW, FEW_SHARE] = [10, 0.25];

/** A ticket's bench while the competition is open. */
export function bench(app: App, c: Competition, ticket: OwnTicket) {
  const { why, about } = standingOf(app, c);
  const desk = deskOf(app, c, ticket);
  const mine = ticket.commitment ? committed(app, c, ticket) : nothing;
  if (!desk) return html`${mine}<p>${why}</p>`;
  desk.look();
  pickLatest(app, c, ticket, desk);
  const { overview, token } = desk;
  const trouble = desk.refusal ? "" : desk.silence || (about ? "" : why);
  return html`<div class="bench">
    ${overview && token ? meter(app, overview) : nothing}
    ${token ? form(desk, about?.secondsPerImage) : door(app, c, ticket, about?.isNeural)}
    ${trouble ? html`<p class="notice" role="status">${trouble} ${overview && !desk.isFresh ? "Below is what it said last." : ""}</p>` : nothing}
    ${mine}
    ${gallery(app, c, ticket, desk)}</div>`;
}

/** A ticket's images once the hour is over. */
export function pastImages(app: App, c: Competition, ticket: OwnTicket) {
  const desk = deskOf(app, c, ticket);
  if (!desk) return nothing;
  desk.look();
  return html`<details class="past" @toggle=${app.changed}><summary>Your images</summary>
    ${desk.token ? nothing : door(app, c, ticket)}
    ${gallery(app, c, ticket, desk)}</details>`;
}

function door(app: App, c: Competition, ticket: OwnTicket, isNeural?: boolean) {
  const key = `studio:${c.id}:${ticket.ticketId}`;
  const open = async () => {
    try {
      await openStudio(app, c, ticket);
      app.transactions.forget(key);
    } catch (error) {
      app.transactions.fail(key, error);
    }
    app.changed();
  };
  const now = app.clock.now < c.openEnds;
  return html`${
    now
      ? html`<p>Recreate the target <b>with words</b>. You type, the studio makes the image${isNeural === false ? html` (a drawing by rules, <b>no neural network</b>)` : nothing}.
        You have ${plural(c.terms.promptLimit, "prompt")} and ${lasting(c.terms.openSeconds)}; commit the best image, and change your mind as often as you like.</p>`
      : nothing
  }
    ${step(app, key, now ? "Open the studio" : "Show my images", open)}
    <p class="small">Your wallet signs that this ticket is yours. It costs nothing.</p>`;
}

function meter(app: App, { left: prompts, limit, endsAt }: Overview) {
  const seconds = endsAt - app.clock.now;
  const share = limit ? prompts / limit : 0;
  const few = prompts <= FEW && share <= FEW_SHARE;
  return html`<div class="meter"><p><b class="num ${few ? "few" : ""}">${prompts} of ${limit}</b> prompts
      · <b class="num ${seconds < SOON_SECONDS ? "few" : ""}">${left(seconds)}</b> left</p>
    <span class="gauge" aria-hidden="true"><span .style=${`width:${share * 100}%`}></span></span></div>`;
}

function form(desk: Desk, secondsPerImage = 0) {
  const { words, overview } = desk;
  const id = `words-${desk.place.ticketId}`;
  const used = overview?.left === 0;
  const long = words.length > MOST_LETTERS;
  // Asked anew when it is pressed: what was typed a moment ago may not be drawn yet.
  const ask = () => canAsk(desk) && void desk.ask();
  const type = (event: Event) => desk.type(elementOf(event, HTMLTextAreaElement).value);
  const enter = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) ask(); // a key that is held down is one prompt
  };
  return html`<form class="ask" @submit=${(event: Event) => {
    event.preventDefault();
    ask();
  }}>
    <label for=${id}>${used ? "All prompts are used. Choose the best of your images." : "Describe the target"}</label>
    <textarea id=${id} rows="3" dir="auto" enterkeyhint="send" autocomplete="off" placeholder="a lighthouse on a rock, grey sea, two gulls at the top left"
      maxlength=${MOST_KEPT_LETTERS} aria-describedby="${id}-said" aria-invalid=${desk.refusal || long ? "true" : "false"} .value=${live(words)} @input=${type} @keydown=${enter}></textarea>
    <div class="go"><button aria-disabled=${canAsk(desk) ? "false" : "true"}>Make the image</button>
      <span class="small num">${long ? say`${words.length} of ${MOST_LETTERS} letters` : nothing}</span></div>
    <div id="${id}-said" role="status">${progress(desk, secondsPerImage)}${
      desk.refusal ? html`<p class="notice bad">${desk.refusal}</p>` : nothing
    }</div></form>`;
}

const canAsk = ({ words, pending, busy, overview, isJustAsked }: Desk): boolean =>
  busy === null &&
  !isJustAsked &&
  pending === undefined &&
  overview?.left !== 0 &&
  words.length <= MOST_LETTERS &&
  words.trim() !== "";

function progress(desk: Desk, secondsPerImage: number) {
  const { pending, busy, overview } = desk;
  if (busy === "asking") return html`<p class="said">Asking the studio…</p>`;
  if (!pending) return failed(overview?.prompts.at(-1));
  return html`<p class="said">${waiting(desk, pending, secondsPerImage)}
    ${pending.state === "queued" ? html`<button type="button" class="quiet" aria-disabled=${busy ? "true" : "false"} @click=${() => desk.cancel(pending)}>Take it back</button>` : nothing}</p>`;
}

function waiting(desk: Desk, { state, progress }: Prompt, secondsPerImage: number): string {
  if (state === "running") {
    if (progress === null) return "Your image is being made…";
    return say`Your image is being made… ${Math.min(Math.floor(progress * 100), 99)} %`;
  }
  const ahead = desk.overview?.ahead ?? 0;
  const seconds = desk.seconds(secondsPerImage);
  const turn = ahead ? say`${plural(ahead, "prompt")} before yours.` : word("Yours is next.");
  if (seconds === null) return turn;
  return say`${turn} About ${plural(Math.max(1, Math.ceil(seconds)), "second")}.`;
}

/** The last prompt, where it gave no image. */
function failed(last: Prompt | undefined) {
  if (last?.state === "cancelled") return html`<p class="said">Taken back: it was not counted.</p>`;
  if (last?.state !== "failed") return nothing;
  return html`<p class="notice">No image came of your last prompt: ${last.reason}. Try it again, or with other words.</p>`;
}
