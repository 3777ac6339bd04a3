// Whose competitions this page stands for: anyone can create one on the contract.
import type { Address } from "viem";
import type { Config } from "./config.ts";

/** Whether a page that names its operators stands for this one; a page that names none shows all alike. */
export const isOurs = (
  { config }: { readonly config: Pick<Config, "operators"> },
  { operator }: { readonly operator: Address },
): boolean => !config.operators.length || config.operators.includes(operator);
