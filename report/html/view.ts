/**
 * What every section of the page needs to know: the comparison, how each target looks, where each scenario
 * is.
 */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ScenarioComparison } from "../../shared/types.ts";
import type { Markup } from "./markup.ts";
import { type Look, lookOf, swatchOf } from "./target-styles.ts";

export interface ShownTarget extends Look {
	id: string;
	index: number;
	label: string;
	swatch: Markup;
	about: ComparisonFile["targets"][number];
}

export interface View {
	comparison: ComparisonFile;
	targets: readonly ShownTarget[];
	/** The id of the element that a link to the scenario goes to. */
	anchor: (scenario: string) => string;
	/** A target's label; the id of one that the comparison does not have. */
	label: (target: string) => string;
}

const LONGEST_LABEL = 60;

export function viewOf(comparison: ComparisonFile): View {
	const targets = comparison.targets.map((about, index) => {
		const label = plainText(about.label, LONGEST_LABEL) || about.id;
		return { ...lookOf(index), id: about.id, index, about, label, swatch: swatchOf(index) };
	});
	const anchors = anchorsOf(comparison.scenarios);
	return {
		comparison,
		targets,
		anchor: (scenario) => anchors.get(scenario) ?? "scenarios",
		label: (id) => targets.find((target) => target.id === id)?.label ?? plainText(id, LONGEST_LABEL),
	};
}

/** Readable, and one each whatever the ids are. */
function anchorsOf(scenarios: readonly Pick<ScenarioComparison, "id">[]): Map<string, string> {
	const anchors = new Map<string, string>();
	for (const { id } of scenarios) {
		const slug = `s-${id
			.toLowerCase()
			.replace(/[^a-z0-9]+/g, "-")
			.slice(0, 60)}`;
		anchors.set(id, [...anchors.values()].includes(slug) ? `${slug}-${anchors.size}` : slug);
	}
	return anchors;
}
