// Whether a competition's images come from a studio.
import { zeroAddress } from "viem";
import type { Competition } from "../chain/readCompetitions.ts";

export const hasStudio = ({ terms }: { readonly terms: Pick<Competition["terms"], "studio"> }) =>
  terms.studio !== zeroAddress;
