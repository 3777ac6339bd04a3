import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "./style/base.css";
import "./style/lists.css";
import "./style/competition.css";
import "./style/results.css";
import { html, render } from "lit-html";
import { App } from "./app.ts";
import { loadConfig } from "./config.ts";
import { messageOf } from "./messageOf.ts";
import { competition } from "./views/competition.ts";
import { how } from "./views/how.ts";
import { layout } from "./views/layout.ts";
import { list } from "./views/list.ts";
import { tickets } from "./views/tickets.ts";

const POLL_SECONDS = 2;
const root = document.getElementById("app") ?? document.body;

function view(app: App) {
  const [, place, id] = location.hash.split("/");
  app.looksAt = place === "c" && id && /^\d+$/.test(id) ? BigInt(id) : null;
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
    void app.refresh();
    window.scrollTo(0, 0);
    requestAnimationFrame(() => document.getElementById("main")?.focus());
  });
  // Long lists draw what is near the screen.
  for (const event of ["scroll", "resize"])
    window.addEventListener(event, app.changed, { passive: true });
  app.wallets.start();
  app.changed();
  void app.refresh();
  // A tab in the background asks only while a reminder waits.
  setInterval(
    () => (document.hidden && !app.reminders.waiting) || void app.refresh(),
    POLL_SECONDS * 1000,
  );
  setInterval(app.changed, 1000); // the countdowns
}

start().catch((error: unknown) => {
  console.debug(error);
  root.replaceChildren();
  render(
    html`<p class="notice bad" role="alert">The page cannot start: ${messageOf(error)}.</p>`,
    root,
  );
});
