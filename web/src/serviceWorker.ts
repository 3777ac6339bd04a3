// The service worker that shows notifications, push.js: registered only once somebody wants one.

const WORKER = "./push.js";

declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { readonly createScriptURL: (url: string) => string },
      ): { createScriptURL(url: string): string };
    };
  }
}

/** The page's policy wants addresses of scripts to be vouched for; of one name there is one voucher. */
const voucher = globalThis.window?.trustedTypes?.createPolicy("worker", {
  createScriptURL: () => WORKER,
});

/** Throws where the browser has none, or refuses. */
export async function serviceWorker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register(voucher?.createScriptURL(WORKER) ?? WORKER);
  return navigator.serviceWorker.ready;
}
