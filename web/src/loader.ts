// Things that are fetched when a view first asks for them, and again when that failed a while ago.
import { inTime } from "./inTime.ts";
import { messageOf } from "./messageOf.ts";
import type { Page } from "./note.ts";

export type Loaded<T> = { readonly value: T } | { readonly error: string } | "loading";

const RETRY_SECONDS = 20;
const LOAD_SECONDS = 90;

/** Things of one kind, each under a name of its own. */
export class Loader<T> {
  readonly #pages = new WeakMap<Page, Map<string, { at: number; loaded: Loaded<T> }>>();

  /** What `read` gives; starts it when nothing is here. */
  get(page: Page, name: string, read: () => Promise<T>): Loaded<T> {
    const here = this.#of(page);
    const known = here.get(name);
    const failed = known && known.loaded !== "loading" && "error" in known.loaded;
    if (known && !(failed && performance.now() - known.at > RETRY_SECONDS * 1000))
      return known.loaded;
    const fresh = { at: performance.now(), loaded: known?.loaded ?? ("loading" as const) };
    here.set(name, fresh);
    const arrive = (loaded: Loaded<T>) => {
      here.set(name, { at: fresh.at, loaded });
      page.changed();
    };
    inTime(read(), LOAD_SECONDS).then(
      (value) => arrive({ value }),
      (error: unknown) => {
        console.debug(error);
        arrive({ error: messageOf(error) });
      },
    );
    return fresh.loaded;
  }

  /** Forgets a thing, so that it is fetched again at once. */
  forget(page: Page, name: string): void {
    this.#of(page).delete(name);
    page.changed();
  }

  #of(page: Page) {
    const here = this.#pages.get(page) ?? new Map<string, { at: number; loaded: Loaded<T> }>();
    this.#pages.set(page, here);
    return here;
  }
}

/** The value, once it is here. */
export const arrived = <T>(loaded: Loaded<T>): T | undefined =>
  typeof loaded === "object" && "value" in loaded ? loaded.value : undefined;
