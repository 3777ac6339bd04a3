// A wallet's provider that is fetched when it is first asked for something, and not before.
import type { Provider } from "./provider.ts";

type Heard = Parameters<Provider["on"]>;

/** `open` is tried again when it failed. */
export function lazyProvider(open: () => Promise<Provider>): Provider {
  let opened: Promise<Provider> | undefined;
  const heard: Heard[] = [];
  const here = () => {
    opened ??= open().then(
      (provider) => {
        for (const one of heard) provider.on(...one);
        return provider;
      },
      (error: unknown) => {
        opened = undefined;
        throw error;
      },
    );
    return opened;
  };
  return {
    request: async (asked) => (await here()).request(asked),
    on: (...one) => {
      heard.push(one);
      void opened?.then((provider) => provider.on(...one));
    },
  };
}
