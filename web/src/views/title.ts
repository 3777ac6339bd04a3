// The title of the window: what is shown, and how it stands.
import type { App } from "../app.ts";
import { arrived } from "../loader.ts";
import type { Route } from "../route.ts";
import { say, word } from "../words/html.ts";
import { nameOf } from "./name.ts";
import { situation } from "./phases.ts";

const SITE = "Judging Oracle";

export function titleOf(app: App, route: Route): string {
  switch (route.place) {
    case "competition": {
      const c = arrived(app.competitions)?.find(({ id }) => String(id) === route.id);
      const how = c ? ` · ${word(situation(c, app.clock.now).name)}` : "";
      return `${c ? nameOf(c) : say`No. ${route.id}`}${how} · ${SITE}`;
    }
    case "calendar":
      return `${word("Calendar")} · ${SITE}`;
    case "fame":
      return `${word("Hall of fame")} · ${SITE}`;
    case "tickets":
      return `${word("My tickets")} · ${SITE}`;
    case "how":
      return `${word("How it works")} · ${SITE}`;
    case "list":
      return SITE;
  }
}
