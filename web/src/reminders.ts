// "Tell me when I can reveal": a notification of the browser, while a tab with the page is open.
import { list, text } from "./border/parse.ts";
import { keep, stored } from "./border/stored.ts";
import { phases } from "./chain/generated/competition.ts";
import type { Competition } from "./chain/readCompetitions.ts";
import type { OwnTicket } from "./chain/readTickets.ts";
import { inTime } from "./inTime.ts";
import { serviceWorker } from "./serviceWorker.ts";
import { say, word } from "./words/html.ts";

const WANTED = "reminders";
const names = list(text(200), 10_000);
const WORKER_SECONDS = 10;
const REVEALING = phases.indexOf("Revealing");

export class Reminders {
  /** Competitions whose notification is on its way. */
  readonly #showing = new Set<bigint>();

  constructor(
    private readonly contract: string,
    private readonly changed: () => void,
  ) {}

  /** Whether this browser can, and has not refused. */
  get possible(): boolean {
    return "Notification" in window && Notification.permission !== "denied";
  }

  has(id: bigint): boolean {
    return this.#wanted().includes(this.#name(id));
  }

  get waiting(): boolean {
    return this.#wanted().length > 0;
  }

  async ask(id: bigint): Promise<void> {
    if ((await Notification.requestPermission()) === "granted")
      this.#keep([...this.#wanted(), this.#name(id)]);
    this.changed();
  }

  /** Notifies once for each competition in which a committed image can be revealed now. */
  look(competitions: readonly Competition[], tickets: readonly OwnTicket[]): void {
    for (const { id, phase } of competitions) {
      if (!this.has(id)) continue;
      // Where there is none, the wallet may not be connected yet: the wish stays.
      const isCommitted = tickets.some((ticket) => ticket.id === id && ticket.commitment);
      if (phases.indexOf(phase) > REVEALING) this.#forget(id);
      else if (phase === "Revealing" && isCommitted && !this.#showing.has(id)) void this.#show(id);
    }
  }

  /** What could not be shown is still wanted: the next look shows it. */
  async #show(id: bigint): Promise<void> {
    this.#showing.add(id);
    try {
      await notify(id);
      this.#forget(id);
    } catch (error) {
      console.debug(error);
    }
    this.#showing.delete(id);
  }

  #forget(id: bigint): void {
    this.#keep(this.#wanted().filter((name) => name !== this.#name(id)));
  }

  #name = (id: bigint): string => `${this.contract}:${id}`;

  #wanted(): string[] {
    return stored(WANTED, names, []);
  }

  #keep(names: readonly string[]): void {
    keep(WANTED, [...new Set(names)]);
  }
}

async function notify(id: bigint): Promise<void> {
  const title = say`No. ${id}: reveal your image`;
  const body = word("Submissions are closed. What is not revealed is not judged.");
  const options = { body, tag: `competition-${id}`, data: Number(id) };
  // Browsers on Android show what comes from a service worker alone; some others have none.
  const worker = await inTime(serviceWorker(), WORKER_SECONDS).catch((error) =>
    console.debug(error),
  );
  if (worker) await worker.showNotification(title, options);
  else new Notification(title, options);
}
