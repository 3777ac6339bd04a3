// The bundle of a competition's ranking, fetched once for all that shows it.

import type { App } from "../../app.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { type Loaded, Loader } from "../../loader.ts";
import type { Bundle } from "../../ranking/bundle.ts";
import { readBundle } from "../../ranking/readBundle.ts";

const bundles = new Loader<Bundle>();

export const bundleOf = (app: App, c: Competition): Loaded<Bundle> =>
  bundles.get(app, c.bundleDigest, () =>
    readBundle(app.config.gateways, c.bundleDigest, c.revealed),
  );
