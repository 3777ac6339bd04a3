// A ticket's desk at its studio: the session, what was asked and came back, and the way to ask for more.
import { messageOf } from "../messageOf.ts";
import type { Page } from "../note.ts";
import { say } from "../words/html.ts";
import type { Asked, Overview, Prompt } from "./answers.ts";
import { NoAnswer, Refused, type StudioClient } from "./client.ts";
import {
  keepDraft,
  keepOverview,
  keepToken,
  loadDraft,
  loadOverview,
  loadToken,
  type Place,
} from "./keep.ts";

const POLL_SECONDS = 8;
const PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;
/** A desk that was not drawn for so long is not looked at: its tab is hidden, or another page is. */
const UNSEEN_SECONDS = 4;
/** A second press so soon is the same wish: where images come at once it would be another prompt. */
const SAME_WISH_SECONDS = 1;
const OVER = "Your session at the studio is over. Open the studio again; your images are there.";

/** Browsers hold few connections to a server, so that one desk of a tab alone keeps a stream. */
let streaming: Desk | null = null;

export class Desk {
  overview: Overview | null;
  /** Whether the studio has told us the above in this visit. */
  isFresh = false;
  /** Why the studio cannot be heard now. */
  silence = "";
  /** Why the last thing that was asked of it was not done. */
  refusal = "";
  busy: "asking" | "cancelling" | null = null;
  /** The number of the prompt that was last asked here. */
  latest: number | null = null;
  #secondsPerImage = 0;
  #asked = { words: "", at: Number.NEGATIVE_INFINITY };
  #seenAt = 0;
  #following = false;
  /** Counts what is asked and told, so that an answer that comes late undoes no later news. */
  #moment = 0;
  #told = 0;
  #stop = new AbortController();

  constructor(
    readonly client: StudioClient,
    readonly place: Place,
    private readonly page: Page,
  ) {
    this.overview = loadOverview(place);
  }

  get token(): string | null {
    return loadToken(this.place);
  }

  get words(): string {
    return loadDraft(this.place).words;
  }

  /** Whether these words were asked a moment ago. */
  get isJustAsked(): boolean {
    const { words, at } = this.#asked;
    return performance.now() - at < SAME_WISH_SECONDS * 1000 && words === this.words;
  }

  /** The prompt that waits or is drawn; a ticket has one at a time. */
  get pending(): Prompt | undefined {
    return this.overview?.prompts.findLast(
      ({ state }) => state === "queued" || state === "running",
    );
  }

  /** The prompts that have an image, newest first. */
  get images(): readonly Prompt[] {
    const done = this.overview?.prompts.filter(({ state }) => state === "done") ?? [];
    return [...done].reverse();
  }

  /** How long the image that waits may take, in seconds; null when nobody knows. */
  seconds(perImage = 0): number | null {
    const each = this.#secondsPerImage || perImage;
    return each ? ((this.overview?.ahead ?? 0) + 1) * each : null;
  }

  /** Called by the view at every drawing: as long as it is drawn, the desk follows the studio. */
  look(): void {
    this.#seenAt = performance.now();
    if (!this.#following && this.token) void this.#follow();
  }

  /** Keeps what is typed; other words are another prompt. */
  type(words: string): void {
    const before = loadDraft(this.place);
    keepDraft(this.place, { words, key: words === before.words ? before.key : "" });
    this.refusal = "";
    this.page.changed();
  }

  async open(token: string): Promise<void> {
    keepToken(this.place, token);
    this.refusal = "";
    await this.refresh();
  }

  /** Asks for an image of the words in the box. */
  async ask(): Promise<void> {
    const { token } = this;
    const { words, key } = loadDraft(this.place);
    if (!token || this.busy || this.isJustAsked || !words.trim()) return;
    // The key stays with the words until the studio has answered: asked again, they count once.
    const own = key || crypto.randomUUID();
    keepDraft(this.place, { words, key: own });
    this.#takeStream();
    await this.#do("asking", async () => {
      const asked = await this.client.ask(token, own, words);
      this.#taken(asked);
      keepDraft(this.place, { words: this.words, key: "" });
      this.#asked = { words, at: performance.now() };
      setTimeout(() => this.page.changed(), SAME_WISH_SECONDS * 1000);
    });
    await this.refresh();
  }

  async cancel({ number }: Prompt): Promise<void> {
    const { token } = this;
    if (!token || this.busy) return;
    await this.#do("cancelling", () => this.client.cancel(token, number));
    await this.refresh();
  }

  /** Reads everything once; throws when that fails. */
  async read(): Promise<Overview> {
    const { token } = this;
    if (!token) throw new Error(OVER);
    const mine = ++this.#moment;
    try {
      const found = await this.client.prompts(token);
      if (mine > this.#told) this.#heard(found, mine);
      return found;
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async refresh(): Promise<void> {
    await this.read().catch((error: unknown) => console.debug(error));
  }

  async #do(busy: "asking" | "cancelling", act: () => Promise<unknown>): Promise<void> {
    this.busy = busy;
    this.refusal = "";
    this.page.changed();
    try {
      await act();
    } catch (error) {
      this.refusal = this.#why(error, busy);
    }
    this.busy = null;
    this.page.changed();
  }

  #why(error: unknown, busy: "asking" | "cancelling"): string {
    const { message } = this.#explain(error);
    if (!(error instanceof NoAnswer)) {
      // Refused for good: the same words again are another prompt.
      if (busy === "asking" && error instanceof Refused && !error.isForNow)
        keepDraft(this.place, { words: this.words, key: "" });
      return message;
    }
    return busy === "asking"
      ? say`${message} Your words are kept. Press the button again: they are counted once, however often you do.`
      : message;
  }

  #taken({ prompt, ahead, seconds }: Asked): void {
    this.latest = prompt.number;
    this.#secondsPerImage = seconds / (ahead + 1);
    if (!this.overview || this.overview.prompts.some(({ number }) => number === prompt.number))
      return;
    const { limit, prompts } = this.overview;
    const left = prompt.index === null ? this.overview.left : limit - prompt.index - 1;
    this.overview = { ...this.overview, left, ahead, prompts: [...prompts, prompt] };
  }

  /** What the studio told, asked at `moment`; what its stream tells is newer than all that was asked. */
  #heard(overview: Overview, moment = ++this.#moment): void {
    this.#told = moment;
    this.overview = overview;
    this.isFresh = true;
    this.silence = "";
    keepOverview(this.place, overview);
    this.page.changed();
  }

  #explain(error: unknown): Error {
    if (!(error instanceof Refused && error.isSessionOver))
      return error instanceof Error ? error : new Error(messageOf(error));
    keepToken(this.place, null);
    return new Error(OVER);
  }

  #takeStream(): void {
    if (streaming === this) return;
    if (streaming) streaming.#stop.abort();
    streaming = this;
    this.#stop.abort(); // ends the pause, and the stream begins
  }

  get #isSeen(): boolean {
    return performance.now() - this.#seenAt < UNSEEN_SECONDS * 1000 && !document.hidden;
  }

  async #follow(): Promise<void> {
    this.#following = true;
    const watch = setInterval(() => this.#isSeen || this.#stop.abort(), 1000);
    for (let failures = 0; this.#isSeen && this.token; ) {
      this.#stop = new AbortController();
      streaming ??= this;
      try {
        const { token } = this;
        if (streaming === this)
          await this.client.follow(token, this.#stop.signal, (news) => this.#heard(news));
        else await this.read();
        failures = 0;
        await this.#pause(streaming === this ? 1 : POLL_SECONDS);
      } catch (error) {
        console.debug(error);
        this.silence = this.#explain(error).message;
        this.page.changed();
        await this.#pause(Math.min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2 ** failures++));
      }
    }
    clearInterval(watch);
    if (streaming === this) streaming = null;
    this.#following = false;
  }

  /** Waits, or until the desk is to do something else. */
  #pause(seconds: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(resolve, seconds * 1000);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
