// A chosen image before it is committed: laid over the target, and what speaks against it.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import type { OwnTicket } from "../../chain/readTickets.ts";
import { loadSecret } from "../../secret/keep.ts";
import { html, say } from "../../words/html.ts";
import { overTarget } from "../compare.ts";
import { picture } from "../picture.ts";

export interface Draft {
  readonly digest: Hex;
  readonly url: string;
}

export function draft(app: App, c: Competition, ticket: OwnTicket, { digest, url }: Draft) {
  const why = againstIt(c, ticket, app.tickets, digest);
  const image = html`<img class="frame" src=${url} alt="Your image" />`;
  return html`${why ? html`<p class="notice bad" role="alert">${why}</p>` : nothing}
    <div class="drafted">${overTarget(app, c, `draft:${c.id}:${ticket.ticketId}`, { name: "Your image", over: image })}
      <div class="side-by-side">${image}${picture(app, c.targetDigest, "The target")}<span>Yours</span><span>Target</span></div></div>`;
}

/** Why this image would be disqualified, as far as digests tell; empty when nothing is known. */
export function againstIt(
  c: Pick<Competition, "id" | "targetDigest">,
  { ticketId }: Pick<OwnTicket, "ticketId">,
  tickets: readonly Pick<OwnTicket, "id" | "ticketId" | "commitment">[],
  digest: Hex,
): string {
  if (digest === c.targetDigest)
    return "This is the target itself. It would be disqualified: make an image of your own.";
  const twin = tickets.find(
    (other) =>
      other.id === c.id &&
      other.ticketId !== ticketId &&
      other.commitment !== null &&
      loadSecret(other.commitment)?.imageDigest === digest,
  );
  return twin
    ? say`This image stands on your ticket ${twin.ticketId} already. Of two equal images only the first counts.`
    : "";
}
