// Competitions whose images need receipts of a studio, which this page cannot ask for.
import { zeroAddress } from "viem";
import type { Competition } from "../chain/readCompetitions.ts";

export const hasStudio = ({ terms }: { readonly terms: Pick<Competition["terms"], "studio"> }) =>
  terms.studio !== zeroAddress;

/** Why nothing is offered whose last step, the reveal, is known to fail here. */
export const WANTS_RECEIPTS =
  "Images of this competition need receipts of its studio, which this page cannot ask for. Take part through the studio's own page.";
