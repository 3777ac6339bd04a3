// Which studio a competition has, whether it can be played with from here, and a ticket's desk there.
import { isAddressEqual } from "viem";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { type Loaded, Loader } from "../loader.ts";
import { Note } from "../note.ts";
import type { Ticket } from "../secret/secret.ts";
import { say } from "../words/html.ts";
import type { About } from "./answers.ts";
import { StudioClient } from "./client.ts";
import { Desk } from "./desk.ts";
import { sessionRequest } from "./signed.ts";

const DAY_SECONDS = 86_400;
const abouts = new Loader<About>();
const desks = new Note<Desk>();

type Played = Pick<Competition, "id" | "terms" | "revealEnds">;

/** What the configured studio says of itself; null when none is configured. */
export function aboutStudio(app: App): Loaded<About> | null {
  const url = app.config.studio;
  return url ? abouts.get(app, url, () => new StudioClient(url).about()) : null;
}

/** How a competition's studio stands to this page. */
export interface Standing {
  /** What is in the way of playing now, in words; empty: nothing. */
  readonly why: string;
  /** Whether it is for good: no studio that this page knows makes these images. */
  readonly never: boolean;
  /** Once the studio has answered. */
  readonly about: About | null;
}

const ELSEWHERE = "Take part through the studio's own page.";

export function standingOf(app: App, { terms }: Pick<Competition, "terms">): Standing {
  const found = aboutStudio(app);
  const no = (why: string, never: boolean): Standing => ({ why, never, about: null });
  if (!found)
    return no(
      say`Images of this competition come from its studio, of which this page knows no address. ${ELSEWHERE}`,
      true,
    );
  if (found === "loading") return no("Asking the studio…", false);
  if ("error" in found) return no(say`${found.error} The page keeps trying.`, false);
  const { studio, chainId, contract } = found.value;
  if (!isAddressEqual(studio, terms.studio))
    return no(
      say`This page's studio is not the one that this competition names: its receipts would not count. ${ELSEWHERE}`,
      true,
    );
  if (chainId !== app.config.chainId || !isAddressEqual(contract, app.config.contract))
    return no(say`This page's studio works for another contract. ${ELSEWHERE}`, true);
  return { why: "", never: false, about: found.value };
}

/** A ticket's desk; null where the page knows no studio that could be the competition's. */
export function deskOf(app: App, c: Played, { ticketId }: Pick<Ticket, "ticketId">): Desk | null {
  const url = app.config.studio;
  if (!url || standingOf(app, c).never) return null;
  const place = { ...app.domain, id: c.id, ticketId, studio: c.terms.studio };
  const name = `${c.id}:${ticketId}:${place.studio}`;
  const known = desks.get(app, name);
  if (known) return known;
  const desk = new Desk(new StudioClient(url), place, app);
  desks.keep(app, name, desk);
  return desk;
}

/** Opens the studio for a ticket by one signature of its player's wallet. */
export async function openStudio(app: App, c: Played, ticket: Ticket): Promise<Desk> {
  const [wallet, desk] = [app.wallets.connected, deskOf(app, c, ticket)];
  if (!desk) throw new Error(standingOf(app, c).why);
  if (!wallet) throw new Error("Connect the wallet that bought the ticket.");
  // A wallet signs for the network that it is on.
  if (wallet.chainId !== app.config.chainId) await app.transactions.switchChain(wallet);
  const { now } = app.clock;
  const permit = {
    competition: ticket.id,
    ticket: ticket.ticketId,
    studio: c.terms.studio,
    // Until the images are revealed; afterwards for a look.
    deadline: now < c.revealEnds ? c.revealEnds : now + DAY_SECONDS,
  };
  const signature = await app.transactions.sign(wallet, sessionRequest(app.domain, permit));
  await desk.open(await desk.client.openSession(permit, signature));
  return desk;
}
