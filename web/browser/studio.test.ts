// The players' page in a real browser, on a devnet beside that of page.test.ts: a competition played with
// words, how soon and how well its result is shown, and what fails outside the page. Nothing here needs what
// happens there.
import { practices } from "./scenes/practices.ts";
import { committingPrompts, prompting, revealingPrompts } from "./scenes/prompting.ts";
import { otherStudio } from "./scenes/selling.ts";
import { silence } from "./scenes/silence.ts";
import { speed } from "./scenes/speed.ts";
import { raiseStage } from "./stage.ts";

raiseStage({ studio: true });
otherStudio();
prompting();
committingPrompts();
revealingPrompts();
practices();
speed();
silence();
