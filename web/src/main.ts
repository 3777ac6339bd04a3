import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "./style.css";
import { html, render } from "lit-html";
import { App } from "./app.ts";
import { loadConfig } from "./config.ts";
import { competition } from "./views/competition.ts";
import { layout } from "./views/layout.ts";
import { list } from "./views/list.ts";
import { how, tickets } from "./views/pages.ts";

const POLL_SECONDS = 2;
const root = document.getElementById("app") as HTMLElement;

function view(app: App) {
  const [, place, id] = location.hash.split("/");
  if (place === "c" && id) return competition(app, id);
  if (place === "tickets") return tickets(app);
  return place === "how" ? how : list(app);
}

async function start(): Promise<void> {
  const config = await loadConfig();
  const app: App = new App(config, () => render(layout(app, view(app)), root));
  root.replaceChildren();
  window.addEventListener("hashchange", () => {
    app.changed();
    window.scrollTo(0, 0);
    requestAnimationFrame(() => document.getElementById("main")?.focus());
  });
  app.wallets.start();
  app.changed();
  await app.refresh();
  setInterval(() => document.hidden || void app.refresh(), POLL_SECONDS * 1000);
  setInterval(app.changed, 1000); // the countdowns
}

start().catch((error: Error) => {
  console.debug(error);
  root.replaceChildren();
  render(
    html`<p class="notice bad" role="alert">The page cannot start: ${error.message}.</p>`,
    root,
  );
});
