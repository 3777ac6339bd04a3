// What a wallet scans, or opens on the same phone, to be connected by WalletConnect.

import { nothing, svg } from "lit-html";
import { encode } from "uqr";
import type { App } from "../../app.ts";
import { addressToScan } from "../../wallet/pairing.ts";
import { html } from "../../words/html.ts";
import { copy } from "../account.ts";

const MARGIN = 2;

export function pairing(app: App) {
  const address = addressToScan(app);
  // Only an address of this kind may become a link.
  if (!address?.startsWith("wc:")) return nothing;
  return html`<div class="pairing"><p class="small">Scan this with your wallet, or open it there:</p>
    ${code(address)}
    <p class="small"><a class="button quiet" href=${address}>Open in a wallet</a> ${copy(app, address, "Copy the address")}</p></div>`;
}

function code(text: string) {
  const { data, size } = encode(text, { border: 0 });
  const side = size + 2 * MARGIN;
  const dots = data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${x + MARGIN} ${y + MARGIN}h1v1h-1z`] : [])),
  );
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="The address as a QR code">
    ${svg`<path d=${dots.join("")} />`}</svg>`;
}
