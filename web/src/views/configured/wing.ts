// What is loaded where the page's configuration names a price feed or a daemon that pushes.
export { fees, worth } from "./price.ts";
export { reminding } from "./push.ts";
