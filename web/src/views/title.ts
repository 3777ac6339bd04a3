// The title of the window: what is shown, and how it stands.
import type { App } from "../app.ts";
import { arrived } from "../loader.ts";
import type { Route } from "../route.ts";
import { nameOf } from "./name.ts";
import { situation } from "./phases.ts";

const SITE = "Judging Oracle";

export function titleOf(app: App, route: Route): string {
  switch (route.place) {
    case "competition": {
      const c = arrived(app.competitions)?.find(({ id }) => String(id) === route.id);
      const how = c ? ` · ${situation(c, app.clock.now).name}` : "";
      return `${c ? nameOf(c) : `No. ${route.id}`}${how} · ${SITE}`;
    }
    case "calendar":
      return `Calendar · ${SITE}`;
    case "fame":
      return `Hall of fame · ${SITE}`;
    case "tickets":
      return `My tickets · ${SITE}`;
    case "how":
      return `How it works · ${SITE}`;
    case "list":
      return SITE;
  }
}
