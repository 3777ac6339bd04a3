// "Tell me when I can reveal": a notification of the browser, while a tab with the page is open.
import { list, text } from "./border/parse.ts";
import { keep, stored } from "./border/stored.ts";
import type { Competition } from "./chain/readCompetitions.ts";
import type { OwnTicket } from "./chain/readTickets.ts";
import { say, word } from "./words/html.ts";

const WANTED = "reminders";
const names = list(text(200), 10_000);

export class Reminders {
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
      if (phase !== "Revealing" || !this.has(id)) continue;
      this.#keep(this.#wanted().filter((name) => name !== this.#name(id)));
      if (tickets.some((ticket) => ticket.id === id && ticket.commitment))
        new Notification(say`No. ${id}: reveal your image`, {
          body: word("Submissions are closed. What is not revealed is not judged."),
          tag: `reveal-${id}`,
        });
    }
  }

  #name = (id: bigint): string => `${this.contract}:${id}`;

  #wanted(): string[] {
    return stored(WANTED, names, []);
  }

  #keep(names: readonly string[]): void {
    keep(WANTED, [...new Set(names)]);
  }
}
