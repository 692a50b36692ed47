/**
 * Another engine or another build of a runtime, with the same framework: what a specification names behind a
 * `+`.
 */
import type { Target, Variant } from "../../shared/types.ts";

interface VariantDefinition {
	runtime: Target["runtime"];
	/** In a table's head. */
	label: string;
	/** For the list of targets. */
	about: string;
	/** If it is another one than the locked target's. */
	engine?: Target["engine"];
}

export const VARIANTS: Record<Variant, VariantDefinition> = {
	node: {
		runtime: "typescript",
		label: "Node.js",
		about: "on the Node.js that runs the benchmark instead of Bun",
		engine: "node",
	},
	uvloop: { runtime: "python", label: "uvloop", about: "on uvloop's event loop instead of asyncio's own" },
	mimalloc: {
		runtime: "rust",
		label: "mimalloc",
		about: "with the allocator mimalloc instead of the system's",
	},
	lto: {
		runtime: "rust",
		label: "LTO",
		about: "with fat link-time optimization and one codegen unit instead of cargo's defaults",
	},
};

/** As they are written behind a target: all of a runtime. */
export function variantsOf(runtime: Target["runtime"]): Variant[] {
	return (Object.keys(VARIANTS) as Variant[]).filter((name) => VARIANTS[name].runtime === runtime);
}

/** The engine of a locked target with these variants. */
export function engineWith(base: Pick<Target, "engine">, variants: readonly Variant[]): Target["engine"] {
	return variants.map((name) => VARIANTS[name].engine).find((engine) => engine !== undefined) ?? base.engine;
}
