/** Every reader of files that come from outside: a new one is a row in one of these lists. */
import { INPUTS } from "./fuzz-inputs.ts";
import type { Reader } from "./fuzz-reader.ts";
import { RESULTS } from "./fuzz-results.ts";
import { PACKAGES, TOOLS } from "./fuzz-tools.ts";

export const READERS: readonly Reader[] = [...RESULTS, ...INPUTS, ...PACKAGES, ...TOOLS];
