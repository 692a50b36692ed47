/** The runtimes by name. Another runtime is one more entry here, and its file beside this one. */
import type { RuntimeName } from "../../shared/types.ts";
import { python } from "./python/index.ts";
import type { Runtime } from "./runtime.ts";
import { rust } from "./rust/index.ts";
import { typescript } from "./typescript/index.ts";

export const RUNTIMES: Record<RuntimeName, Runtime> = { typescript, python, rust };

export const RUNTIME_NAMES = Object.keys(RUNTIMES) as RuntimeName[];
