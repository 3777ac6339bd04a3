// The service worker that shows reminders while no page is open. It keeps nothing and fetches nothing.

const ENGLISH = {
  locale: "en",
  open: ["No. {0}: your hour begins", "The target is open until {1}."],
  reveal: ["No. {0}: reveal your image", "What is not revealed by {1} is not judged."],
  "last-call": ["No. {0}: revealing ends soon", "What is not revealed by {1} is not judged."],
  result: ["No. {0}: the result is there", "See how you did."],
  void: ["No. {0}: void", "Every ticket is refunded."],
};

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

async function show(data) {
  const { competition, occasion, until } = read(data);
  const words = await wordsHere();
  const time = new Date(until * 1000).toLocaleTimeString(words.locale, { timeStyle: "short" });
  const [title, body] = (words[occasion] ?? ENGLISH.result).map((text) =>
    text.replace("{0}", competition).replace("{1}", time),
  );
  const tag = `competition-${competition}`;
  await self.registration.showNotification(title, { body, tag, renotify: true, data: competition });
}

/** Whatever came, something has to be shown: a browser ends the subscription otherwise. */
function read(data) {
  let facts = {};
  try {
    facts = data.json() ?? {};
  } catch {
    // not a message of the daemon's
  }
  const whole = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
  const occasion = Object.hasOwn(ENGLISH, facts.occasion) ? facts.occasion : "result";
  return { competition: whole(facts.competition), occasion, until: whole(facts.until) };
}

/** The page has left them in the visitor's language. */
async function wordsHere() {
  try {
    const kept = await (await caches.open("reminders")).match("./push-words.json");
    return kept ? await kept.json() : ENGLISH;
  } catch {
    return ENGLISH;
  }
}

async function open(competition) {
  const address = new URL(competition ? `./#/c/${competition}` : "./", self.registration.scope)
    .href;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const here = pages.find(({ url }) => url.startsWith(self.registration.scope));
  if (!here) return self.clients.openWindow(address);
  await here.focus();
  return here.navigate(address).catch(() => self.clients.openWindow(address));
}
