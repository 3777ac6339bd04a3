// Who is trusted with what, in plain words; the same table as the README's.

import { html } from "../words/html.ts";
export const trustTable = () => html`<dl class="trust">
  <div><dt>The contract</dt><dd>holds the money. Nobody can change its rules or take the pot.</dd></div>
  <div><dt>The oracle</dt><dd>cannot add, drop or swap an entry, choose the seed, or stall: missed deadlines refund everyone, and silence after the reveals costs it a deposit.
    Its ranking can be recomputed by anyone, bit by bit.</dd></div>
  <div><dt>The operator</dt><dd>knows the target early and can see stored images early. It is trusted not to play.</dd></div>
  <div><dt>The arbiter</dt><dd>decides disputes. It should be a quorum of auditors who stake money on their votes; the page says so before you buy when it is not.</dd></div>
  <div><dt>This page</dt><dd>shows what chain and content say, each picture checked against its digest. The chain it shows is your RPC endpoint's.</dd></div></dl>`;
