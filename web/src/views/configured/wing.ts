// What is loaded where the page's configuration names a price feed, a daemon that pushes, WalletConnect.
export { pairing } from "./pairing.ts";
export { fees, worth } from "./price.ts";
export { reminding } from "./push.ts";
