import { html } from "./words/html.ts";
import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "./style/base.css";
import "./style/lists.css";
import "./style/competition.css";
import "./style/results.css";
import "./style/studio.css";
import "./style/days.css";
import { render } from "lit-html";
import { App } from "./app.ts";
import { loadConfig } from "./config.ts";
import { keepFocus, Scroll } from "./document.ts";
import { takeFirstView } from "./firstView.ts";
import { messageOf } from "./messageOf.ts";
import { isSamePage, lookedAt, type Route, routeOf } from "./route.ts";
import { takeFiles } from "./takeFiles.ts";
import { competition } from "./views/competition.ts";
import { withDays } from "./views/days.ts";
import { layout } from "./views/layout.ts";
import { list } from "./views/list.ts";
import { part } from "./views/part.ts";
import { tickets } from "./views/tickets.ts";
import { titleOf } from "./views/title.ts";
import { loadLanguage } from "./words/language.ts";

const root = document.getElementById("app") ?? document.body;

function view(app: App, route: Route) {
  switch (route.place) {
    case "competition":
      return competition(app, route.id);
    case "calendar":
      return withDays(app, (wing) => wing.calendar(app, route.month));
    case "fame":
      return withDays(app, ({ fame }) => fame(app));
    case "tickets":
      return tickets(app);
    case "how":
      return withDays(app, ({ how }) => how());
    case "list":
      return list(app, route.kind);
  }
}

function draw(app: App, route: Route): void {
  const content = part("This page", () => view(app, route));
  keepFocus(() => render(layout(app, route, content), root));
  const title = titleOf(app, route);
  if (document.title !== title) document.title = title;
}

async function start(): Promise<void> {
  const first = takeFirstView();
  const [config] = await Promise.all([loadConfig(), loadLanguage()]);
  let route = routeOf(location.hash);
  const app: App = new App(config, () => draw(app, route), first);
  app.looksAt = lookedAt(route);
  root.replaceChildren();
  const scroll = new Scroll();
  window.addEventListener("hashchange", () => {
    const before = route;
    route = routeOf(location.hash);
    app.looksAt = lookedAt(route);
    app.changed();
    void app.refresh();
    if (isSamePage(before, route)) return;
    requestAnimationFrame(() => {
      document.getElementById("main")?.focus({ preventScroll: true });
      scroll.arrive();
    });
  });
  // Long lists draw what is near the screen.
  for (const event of ["scroll", "resize"])
    window.addEventListener(event, app.changed, { passive: true });
  takeFiles();
  app.start();
}

start().catch((error: unknown) => {
  console.debug(error);
  root.replaceChildren();
  render(
    html`<p class="notice bad" role="alert">The page cannot start: ${messageOf(error)}.</p>`,
    root,
  );
});
