// The players' page in a real browser, against a devnet: chain, contract, content store and daemon. A whole
// competition by several players, what is shown of it when it is over, and one that is disputed.
import { buying } from "./scenes/buying.ts";
import { committing } from "./scenes/committing.ts";
import { days } from "./scenes/days.ts";
import { disputing, paying } from "./scenes/disputing.ts";
import { hostile } from "./scenes/hostile.ts";
import { languages } from "./scenes/languages.ts";
import { practising } from "./scenes/practising.ts";
import { results } from "./scenes/results.ts";
import { revealing } from "./scenes/revealing.ts";
import { manyEntries } from "./scenes/scale.ts";
import { raiseStage } from "./stage.ts";

raiseStage();
buying();
committing();
revealing();
results();
disputing();
hostile();
paying();
practising();
days();
languages();
manyEntries();
