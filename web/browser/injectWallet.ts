// Run in the page before everything else: a wallet, announced by EIP-6963 or only window.ethereum.

type Answer = { result: unknown; error?: object };
type Handler = (value: unknown) => void;

export function injectWallet({ announced, name }: { announced: boolean; name: string }): void {
  const { walletRequest } = window as unknown as {
    walletRequest: (method: string, params: unknown) => Promise<Answer>;
  };
  const provider = {
    request: async ({ method, params }: { method: string; params?: unknown }) => {
      const { result, error } = await walletRequest(method, params ?? []);
      if (error) throw Object.assign(new Error("refused"), error);
      return result;
    },
    on: (event: string, handler: Handler) =>
      window.addEventListener(`test-wallet:${event}`, (told) =>
        handler((told as CustomEvent).detail),
      ),
    removeListener: () => undefined,
  };
  if (!announced) {
    Object.assign(window, { ethereum: provider });
    return;
  }
  const info = {
    uuid: crypto.randomUUID(),
    name,
    icon: "data:image/svg+xml,",
    rdns: "test.wallet",
  };
  const announce = () =>
    window.dispatchEvent(
      new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }),
    );
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}
