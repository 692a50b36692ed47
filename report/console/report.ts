/** This report shows a comparison on a terminal: the summary first, then the evidence for it. */
import type { ComparisonFile } from "../../shared/types.ts";
import { renderCalibration } from "./calibration.ts";
import { renderCategories } from "./categories.ts";
import { renderCoverage } from "./coverage.ts";
import { renderDatabases } from "./databases.ts";
import { renderDeciding } from "./deciding.ts";
import { renderExceptions } from "./exceptions.ts";
import { renderFindings } from "./findings.ts";
import { renderGrowth } from "./growth.ts";
import { renderHead } from "./head.ts";
import { renderMachines } from "./machines.ts";
import { renderNoise } from "./noise.ts";
import { renderPipeline } from "./pipeline.ts";
import { renderScenario } from "./scenario.ts";
import { renderSize } from "./size.ts";
import { type Layout, NARROW } from "./table.ts";

export function renderComparison(comparison: ComparisonFile, layout: Layout = NARROW): string {
	return joinParts([
		renderHead(comparison, layout),
		...summary(comparison, layout),
		...evidence(comparison, layout),
		...comparison.scenarios.map((scenario) => renderScenario(scenario, comparison.targets, layout)),
	]);
}

/** Shows the parts about the run as a whole, for a terminal that shows the scenarios' own tables already. */
export function renderWhole(comparison: ComparisonFile, layout: Layout = NARROW): string {
	return joinParts([...evidence(comparison, layout), ...summary(comparison, layout)]);
}

function summary(comparison: ComparisonFile, layout: Layout): string[] {
	return [
		renderCategories(comparison, layout),
		renderDeciding(comparison, layout),
		renderMachines(comparison, layout),
		renderExceptions(comparison, layout),
	];
}

function evidence(comparison: ComparisonFile, layout: Layout): string[] {
	return [
		renderPipeline(comparison, layout),
		renderCalibration(comparison, layout),
		renderFindings(comparison, layout),
		renderGrowth(comparison, layout),
		renderDatabases(comparison, layout),
		renderSize(comparison, layout),
		renderNoise(comparison, layout),
		renderCoverage(comparison, layout),
	];
}

function joinParts(parts: readonly string[]): string {
	return parts.filter((part) => part !== "").join("\n\n");
}
