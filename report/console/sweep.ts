/** This report shows a sweep on a terminal: the latency at every size, and how it grows. */
import type { ComparisonFile } from "../../shared/types.ts";
import { renderExceptions } from "./exceptions.ts";
import { renderGrowth, renderSizes } from "./growth.ts";
import { renderHead } from "./head.ts";
import { type Layout, NARROW } from "./table.ts";

export function renderSweep(comparison: ComparisonFile, layout: Layout = NARROW): string {
	const sizes = renderSizes(comparison, layout);
	return [
		renderHead(comparison, layout),
		sizes === "" ? "Fewer than two sizes were measured, so nothing can be said of growth." : sizes,
		renderGrowth(comparison, layout),
		renderExceptions(comparison, layout),
	]
		.filter((part) => part !== "")
		.join("\n\n");
}
