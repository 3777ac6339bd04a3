// Which image won a competition, fetched when a view first shows it.
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { type Loaded, Loader } from "../loader.ts";
import { readWinner, type Winner } from "../ranking/readWinner.ts";

const winners = new Loader<Winner>();

export const winnerOf = (app: App, c: Competition): Loaded<Winner> =>
  winners.get(app, `${c.bundleDigest}:${c.winnerTicket}`, () =>
    readWinner(app.config.gateways, c.bundleDigest, c.revealed, c.winnerTicket),
  );
