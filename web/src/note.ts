// What a view keeps between drawings: of one type, by what it is about.

/** What is drawn again when something has changed. */
export interface Page {
  changed(): void;
}

export class Note<T> {
  readonly #pages = new WeakMap<Page, Map<string, T>>();

  get(page: Page, about = ""): T | undefined {
    return this.#pages.get(page)?.get(about);
  }

  /** Keeps a value, or with `undefined` none, and draws the page again. */
  set(page: Page, about: string, value: T | undefined): void {
    this.keep(page, about, value);
    page.changed();
  }

  /** As `set`, without drawing: for what is on the screen already. */
  keep(page: Page, about: string, value: T | undefined): void {
    const here = this.#pages.get(page) ?? new Map<string, T>();
    this.#pages.set(page, here);
    if (value === undefined) here.delete(about);
    else here.set(about, value);
  }
}
