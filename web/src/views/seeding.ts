// While the seed is drawn from a beacon: which round it is, when it comes, and a button for anyone.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { readRoundTime } from "../chain/readBeacon.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { arrived, Loader } from "../loader.ts";
import { hasBeacon, pinSeed, seedKey } from "../seed.ts";
import { html, say } from "../words/html.ts";
import { step } from "./button.ts";
import { left, short, when } from "./format.ts";
import type { Drawn } from "./part.ts";
import { isOverdue } from "./phases.ts";

const times = new Loader<number>();

export function seeding(app: App, c: Competition): Drawn {
  if (c.phase !== "Seeding" || !hasBeacon(c) || isOverdue(c, app.clock.now)) return nothing;
  const time = arrived(timeOf(app, c));
  const waits = time === undefined ? 0 : time - app.clock.now;
  const why = waits > 0 ? say`The round comes in ${left(waits)}.` : "";
  return html`<div class="panel"><h2>Draw the seed</h2>
    <p>It follows from round ${String(c.beaconRound)} of the beacon <span class="mono">${short(c.terms.beacon)}</span>${time === undefined ? nothing : html`, which comes on ${when(time)}`}.
      Nobody can know the round before, or choose it. The oracle hands it in; anyone can.</p>
    ${app.config.relays.length ? step(app, seedKey(c), "Draw the seed", () => pinSeed(app, c), { why }) : nothing}</div>`;
}

const timeOf = (app: App, { terms, beaconRound }: Competition) =>
  times.get(app, `${terms.beacon}:${beaconRound}`, async () => {
    if (!app.reader) throw new Error("The chain cannot be read now.");
    return readRoundTime(app.reader, terms.beacon, beaconRound);
  });
