// "Notify me here": what was promised is shown, however the browser lets pages notify.
import { zeroAddress } from "viem";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Reminders } from "../src/reminders.ts";

const REVEALING = [{ id: 1n, phase: "Revealing" }] as never;
const MINE = [{ id: 1n, commitment: zeroAddress }] as never;

let shown: string[];
let reminders: Reminders;

/** As Chrome's on Android: what is not shown by a service worker is refused. */
class Refusing {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor() {
    throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification()");
  }
}

/** As most browsers', for which a page is enough. */
class Showing {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title: string) {
    shown.push(title);
  }
}

function browser(notification: typeof Refusing | typeof Showing, worker?: object): void {
  vi.stubGlobal("Notification", notification);
  vi.stubGlobal("window", { Notification: notification });
  const register = async () => {
    if (!worker) throw new TypeError("no service worker here");
  };
  vi.stubGlobal("navigator", { serviceWorker: { register, ready: Promise.resolve(worker) } });
}

const worker = { showNotification: async (title: string) => void shown.push(title) };

beforeEach(async () => {
  shown = [];
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.spyOn(console, "debug").mockReturnValue();
  browser(Refusing, worker);
  reminders = new Reminders(zeroAddress, () => {});
  await reminders.ask(1n);
});

afterEach(() => vi.unstubAllGlobals());

it("notifies once where only a service worker may", async () => {
  reminders.look(REVEALING, MINE);
  reminders.look(REVEALING, MINE);
  await vi.waitFor(() => expect(reminders.has(1n)).toBe(false));
  reminders.look(REVEALING, MINE);
  expect(shown).toEqual(["No. 1: reveal your image"]);
});

it("notifies without a service worker where there is none", async () => {
  browser(Showing);
  reminders.look(REVEALING, MINE);
  await vi.waitFor(() => expect(shown).toEqual(["No. 1: reveal your image"]));
});

it("keeps a wish that could not be shown, and shows it later", async () => {
  browser(Refusing);
  reminders.look(REVEALING, MINE);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(reminders.has(1n)).toBe(true);
  browser(Refusing, worker);
  reminders.look(REVEALING, MINE);
  await vi.waitFor(() => expect(shown).toHaveLength(1));
});

it("waits for a wallet that is not connected yet, and not beyond the reveals", () => {
  reminders.look(REVEALING, []);
  expect(reminders.has(1n)).toBe(true);
  reminders.look([{ id: 1n, phase: "Judging" }] as never, []);
  expect(reminders.waiting).toBe(false);
  expect(shown).toEqual([]);
});
