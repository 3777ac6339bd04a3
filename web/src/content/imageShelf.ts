// Images in this browser, so that a reload loses none: IndexedDB, which has room for them.

import type { Hex } from "viem";
import type { Bytes } from "./bytes.ts";

const NAME = "judging-oracle";
const STORE = "images";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function ask<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      // A write is done when its transaction is, not before.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Keeps an image under its digest or another name; without room the oracle's copy has to serve. */
export async function keepImage(name: Hex | string, bytes: Bytes): Promise<void> {
  await ask("readwrite", (store) => store.put(bytes, name)).catch((error) => console.debug(error));
}

export async function loadImage(name: Hex | string): Promise<Bytes | null> {
  const found = await ask("readonly", (store) => store.get(name)).catch(() => null);
  return found instanceof Uint8Array ? new Uint8Array(found) : null;
}
