// Things that are fetched when a view first asks for them, and again when that failed a while ago.

export type Loaded<T> = { readonly value: T } | { readonly error: string } | "loading";

const RETRY_SECONDS = 20;

export class Loader {
  readonly #found = new Map<string, Loaded<unknown>>();
  readonly #triedAt = new Map<string, number>();

  constructor(private readonly changed: () => void) {}

  /** What `read` gives, under a name of its own; starts it when nothing is here. */
  get<T>(name: string, read: () => Promise<T>): Loaded<T> {
    const found = (this.#found.get(name) as Loaded<T> | undefined) ?? "loading";
    const age = performance.now() - (this.#triedAt.get(name) ?? Number.NEGATIVE_INFINITY);
    const failed = found !== "loading" && "error" in found;
    if (age === Number.POSITIVE_INFINITY || (failed && age > RETRY_SECONDS * 1000)) {
      this.#triedAt.set(name, performance.now());
      read()
        .then((value) => ({ value }))
        .catch((error: Error) => {
          console.debug(error);
          return { error: error.message };
        })
        .then((loaded) => {
          this.#found.set(name, loaded);
          this.changed();
        });
    }
    return found;
  }
}

/** The value, once it is here. */
export const arrived = <T>(loaded: Loaded<T>): T | undefined =>
  typeof loaded === "object" && "value" in loaded ? loaded.value : undefined;
