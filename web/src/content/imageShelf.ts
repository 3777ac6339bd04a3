// Images in this browser, so that a reload loses none: IndexedDB, which has room for them. Where it is
// denied, full, or does not answer, they are kept while the page is open.

import type { Hex } from "viem";
import { inTime } from "../inTime.ts";
import type { Bytes } from "./bytes.ts";

const NAME = "judging-oracle";
const STORE = "images";
const ANSWER_SECONDS = 10;

/** What found no room, by its name. */
const here = new Map<string, Bytes>();

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

type Act<T> = (store: IDBObjectStore) => IDBRequest<T>;

const ask = <T>(mode: IDBTransactionMode, act: Act<T>): Promise<T> =>
  inTime(transact(mode, act), ANSWER_SECONDS);

async function transact<T>(mode: IDBTransactionMode, act: Act<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      // A write is done when its transaction is, not before.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      // Without room a request succeeds, and its transaction is aborted.
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Keeps an image under its digest or another name. Never throws. */
export async function keepImage(name: Hex | string, bytes: Bytes): Promise<void> {
  try {
    await ask("readwrite", (store) => store.put(bytes, name));
    here.delete(name);
  } catch (error) {
    console.debug(error);
    here.set(name, bytes);
  }
}

export async function loadImage(name: Hex | string): Promise<Bytes | null> {
  const kept = here.get(name);
  if (kept) return kept;
  const found = await ask("readonly", (store) => store.get(name)).catch(() => null);
  return found instanceof Uint8Array ? new Uint8Array(found) : null;
}
