// The series that the page's operator runs, if it runs one: days to come, and cards of opened targets.
// The page works without: a daemon that is silent takes nothing away but these.
import type { App } from "../app.ts";
import { Malformed, parseJson } from "../border/parse.ts";
import { type Card, card, type Series, type SeriesDay, series } from "../border/series.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { Config } from "../config.ts";
import { fetchContent, readUrl } from "../content/fetchContent.ts";
import { arrived, type Loaded, Loader } from "../loader.ts";
import { Note } from "../note.ts";

const MAX_BYTES = 524_288;
/** How long what was told is believed to be current. */
const FRESH_MILLISECONDS = 120_000;

const told = new Loader<Series>();
const latest = new Note<Series>();
const cards = new Loader<Card>();

/** What the series' daemon says; null where the page knows of none. Read again now and then. */
export function seriesOf(app: App): Loaded<Series> | null {
  const address = app.config.series;
  if (!address) return null;
  const round = String(Math.floor(performance.now() / FRESH_MILLISECONDS));
  const read = told.get(app, round, () => readSeries(app.config, address));
  const found = arrived(read);
  if (found) latest.keep(app, "", found);
  const known = found ?? latest.get(app);
  return known ? { value: known } : read;
}

export async function readSeries(config: Config, address: string): Promise<Series> {
  const bytes = await readUrl(`${address}/series.json`, MAX_BYTES);
  const found = parseJson(new TextDecoder().decode(bytes), series, "the series");
  const same = found.contract.toLowerCase() === config.contract.toLowerCase();
  if (!same || found.chainId !== config.chainId)
    throw new Malformed("the series belongs to another contract than this page");
  return found;
}

/** What is known of the series now; undefined while, and where, nothing is. */
export function knownSeries(app: App): Series | undefined {
  const found = seriesOf(app);
  return found ? arrived(found) : undefined;
}

const byCompetition = new WeakMap<Series, ReadonlyMap<bigint, SeriesDay>>();

/** The days that have a competition, by its id. */
export function daysOf(known: Series): ReadonlyMap<bigint, SeriesDay> {
  const made =
    byCompetition.get(known) ??
    new Map(
      [...known.coming, ...(known.today ? [known.today] : []), ...known.last].flatMap((day) =>
        day.competition === null ? [] : [[day.competition, day] as const],
      ),
    );
  byCompetition.set(known, made);
  return made;
}

/** Whether a competition is the series' own: anyone can create one in the same contract. */
export const isOf = (known: Series, c: Pick<Competition, "operator">): boolean =>
  known.operator.toLowerCase() === c.operator.toLowerCase();

/** The card of an opened target, once its bytes are here and fit their digest and this target. */
export function cardOf(app: App, c: Competition): Card | undefined {
  const known = c.openEnds ? knownSeries(app) : undefined;
  const digest = known && isOf(known, c) ? daysOf(known).get(c.id)?.cardDigest : null;
  if (!digest) return undefined;
  const found = arrived(
    cards.get(app, digest, async () => {
      const bytes = await fetchContent(app.config.gateways, digest);
      return parseJson(new TextDecoder().decode(bytes), card, "the card");
    }),
  );
  return found?.target === c.targetDigest ? found : undefined;
}
