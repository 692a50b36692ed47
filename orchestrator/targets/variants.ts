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
	return changed(base, variants, ({ engine }) => engine) ?? base.engine;
}

/** The database of a locked target with these variants. */
export function databaseWith(
	base: Pick<Target, "database" | "runtime">,
	variants: readonly Variant[],
): Target["database"] {
	return changed(base, variants, ({ database }) => database) ?? base.database;
}

/** What the first of the variants that change this part makes of it; undefined: none does. */
function changed<Part>(
	{ runtime }: Pick<Target, "runtime">,
	variants: readonly Variant[],
	part: (definition: VariantDefinition) => Part | undefined,
): Part | undefined {
	return variantsOf({ runtime, variants: [...variants] })
		.map(part)
		.find((found) => found !== undefined);
}
