/** Knows what variants change in a target's runtime. */
import type { Target, Variant } from "../../shared/types.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import type { VariantDefinition } from "../runtimes/runtime.ts";

/** The definitions of a target's variants, in the runtime's order. */
export function variantsOf({
	runtime,
	variants = [],
}: Pick<Target, "runtime" | "variants">): VariantDefinition[] {
	return RUNTIMES[runtime].variants.filter(({ name }) => variants.includes(name));
}

/** The engine of a locked target with these variants. */
export function engineWith(
	base: Pick<Target, "engine" | "runtime">,
	variants: readonly Variant[],
): Target["engine"] {
	const engines = variantsOf({ ...base, variants: [...variants] }).map(({ engine }) => engine);
	return engines.find((engine) => engine !== undefined) ?? base.engine;
}

/** The database of a locked target with these variants. */
export function databaseWith(
	base: Pick<Target, "database" | "runtime">,
	variants: readonly Variant[],
): Target["database"] {
	const databases = variantsOf({ ...base, variants: [...variants] }).map(({ database }) => database);
	return databases.find((database) => database !== undefined) ?? base.database;
}
