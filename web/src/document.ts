// What makes the page behave like a document: Back returns to where one was, the title names what is
// shown, and the focus outlives what had it.

const key = (): string => {
  const state: unknown = history.state;
  if (typeof state === "object" && state !== null && "at" in state && typeof state.at === "string")
    return state.at;
  return "";
};
const RESTORE_SECONDS = 4;

/** How far each page is scrolled; what a reload left is in the browser's storage, if that is allowed. */
const places = new Map<string, number>();

function placeOf(page: string): number {
  try {
    return places.get(page) ?? Number(sessionStorage.getItem(`scroll:${page}`));
  } catch {
    return 0;
  }
}

function keepPlace(page: string, y: number): void {
  places.set(page, y);
  try {
    sessionStorage.setItem(`scroll:${page}`, String(y));
  } catch {
    // denied or full: a reload begins at the top
  }
}

/** Remembers how far each page of the history is scrolled. */
export class Scroll {
  #restoring = 0;

  constructor() {
    history.scrollRestoration = "manual";
    for (const event of ["wheel", "touchstart", "keydown"])
      addEventListener(event, () => this.#stop(), { passive: true });
    addEventListener("scroll", () => this.#remember(), { passive: true });
    this.arrive();
  }

  /** A page of the history is shown: at its top when it is new, else where it was left. */
  arrive(): void {
    const known = key() && placeOf(key());
    if (!key()) history.replaceState({ at: `${Date.now()}.${Math.random()}` }, "");
    this.#stop();
    if (known) this.#restore(known, performance.now());
    else scrollTo(0, 0);
  }

  /** Lists fill themselves, so the place may not be there at once. */
  #restore(y: number, began: number): void {
    const tall = document.documentElement.scrollHeight - innerHeight >= y;
    scrollTo(0, y);
    if (tall && Math.abs(scrollY - y) < 2) this.#restoring = 0;
    else if (performance.now() - began < RESTORE_SECONDS * 1000)
      this.#restoring = requestAnimationFrame(() => this.#restore(y, began));
    else this.#restoring = 0;
  }

  #stop(): void {
    cancelAnimationFrame(this.#restoring);
    this.#restoring = 0;
  }

  #remember(): void {
    if (!this.#restoring && key()) keepPlace(key(), scrollY);
  }
}

const HEIRS = ".panel, li, section, article, main, header";

/** Draws; what had the focus and is drawn no more leaves it to the part that it stood in. */
export function keepFocus(draw: () => void): void {
  const ways: Element[] = [];
  for (let at = document.activeElement; at && at !== document.body; at = at.parentElement)
    ways.push(at);
  draw();
  if (!ways.length || document.activeElement !== document.body) return;
  const heir = ways.find((way) => way.isConnected && way.matches(HEIRS));
  if (!(heir instanceof HTMLElement)) return;
  heir.tabIndex = -1;
  heir.focus({ preventScroll: true });
}
