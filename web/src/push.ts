// Web Push, the browser's half: a service worker that shows reminders, and where the daemon sends them.
import { object, parseJson, text } from "./border/parse.ts";
import { readUrl } from "./content/fetchContent.ts";
import { post } from "./content/uploadImage.ts";
import { serviceWorker } from "./serviceWorker.ts";
import { word } from "./words/html.ts";
import { datesNow } from "./words/language.ts";

const MOST_BYTES = 4096;
/** Where push.js finds its words: a service worker has no other storage that is so simple. */
const [SHELF, WORDS] = ["reminders", "./push-words.json"];

export const canBePushed = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in window && Notification.permission !== "denied";

/** Has this browser reminded of a competition. Throws, in a player's words, when that cannot be. */
export async function subscribe(push: string, id: bigint): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted")
    throw new Error("Your browser does not allow this page to notify you.");
  const key = parseJson(
    new TextDecoder().decode(await readUrl(push, MOST_BYTES)),
    offered,
    "the answer",
  );
  await keepWords();
  const { pushManager } = await serviceWorker();
  await hand(push, "", id, await subscribed(pushManager, key));
}

/** Ends the reminders of a competition. */
export async function forget(push: string, id: bigint): Promise<void> {
  const known = await (await serviceWorker()).pushManager.getSubscription();
  if (known) await hand(push, "/forget", id, known);
}

const offered = object((field) => field("public_key", text(200)));

async function subscribed(manager: PushManager, key: string): Promise<PushSubscription> {
  const wish = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await manager.subscribe(wish);
  } catch (error) {
    // Of another key: the operator has changed it since.
    const old = await manager.getSubscription();
    if (!old) {
      console.debug(error);
      throw new Error("Your browser's push service does not answer. Take the calendar entry.");
    }
    await old.unsubscribe();
    return manager.subscribe(wish);
  }
}

async function hand(push: string, path: string, id: bigint, to: PushSubscription): Promise<void> {
  const { endpoint, keys: { p256dh, auth } = {} } = to.toJSON();
  const facts = { competition: Number(id), endpoint, p256dh, auth };
  const [, server = "", last = ""] = /^(.*)\/([^/]*)$/.exec(push) ?? [];
  await post(server, last + path, JSON.stringify(facts));
}

/** The reminders in the language that the page speaks now; {0} is the competition, {1} a time. */
async function keepWords(): Promise<void> {
  const words = {
    locale: datesNow(),
    open: [word("No. {0}: your hour begins"), word("The target is open until {1}.")],
    reveal: [
      word("No. {0}: reveal your image"),
      word("What is not revealed by {1} is not judged."),
    ],
    "last-call": [
      word("No. {0}: revealing ends soon"),
      word("What is not revealed by {1} is not judged."),
    ],
    result: [word("No. {0}: the result is there"), word("See how you did.")],
    void: [word("No. {0}: void"), word("Every ticket is refunded.")],
  };
  const shelf = await caches.open(SHELF);
  await shelf.put(WORDS, Response.json(words));
}
