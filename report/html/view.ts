/** A view holds what all sections share: the comparison, each target's style, each scenario's place. */
import { type Deployment, deployedTargets } from "../../analysis/load/deployment.ts";
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ScenarioComparison } from "../../shared/types.ts";
import type { Markup } from "./markup.ts";
import { renderSwatch, styleOf, type TargetStyle } from "./target-styles.ts";

export interface ShownTarget extends TargetStyle {
	id: string;
	index: number;
	label: string;
	swatch: Markup;
	about: ComparisonFile["targets"][number];
}

export interface View {
	comparison: ComparisonFile;
	/** Null: nothing of it was measured. */
	deployment: Deployment | null;
	targets: readonly ShownTarget[];
	/** Returns a target's place, by which it has its style: the same in every section. */
	placeOf: (target: string) => number;
	/** Returns the id of the element that a link to the scenario goes to. */
	anchor: (scenario: string) => string;
	/** Returns a target's label, or the id of a target that the comparison does not have. */
	label: (target: string) => string;
}

const LONGEST_LABEL = 60;

export function createView(comparison: ComparisonFile, deployment: Deployment | null = null): View {
	const targets = comparison.targets.map((about, index) => {
		const label = plainText(about.label, LONGEST_LABEL) || about.id;
		return { ...styleOf(index), id: about.id, index, about, label, swatch: renderSwatch(index) };
	});
	const anchors = anchorsOf(comparison.scenarios);
	return {
		comparison,
		deployment,
		targets,
		placeOf: placesOf(targets, deployment),
		anchor: (scenario) => anchors.get(scenario) ?? "scenarios",
		label: (id) => targets.find((target) => target.id === id)?.label ?? plainText(id, LONGEST_LABEL),
	};
}

/** Targets that were in no main run have the places after those of it. */
function placesOf(targets: readonly ShownTarget[], deployment: Deployment | null): View["placeOf"] {
	const others = deployment === null ? [] : deployedTargets(deployment);
	const ids = [...new Set([...targets, ...others].map(({ id }) => id))];
	return (id) => ids.indexOf(id);
}

/** Makes anchors that are readable and differ from each other, whatever the ids are. */
function anchorsOf(scenarios: readonly Pick<ScenarioComparison, "id">[]): Map<string, string> {
	const anchors = new Map<string, string>();
	for (const { id } of scenarios) {
		const words = id.toLowerCase().replace(/[^a-z0-9]+/g, "-");
		const slug = `s-${words.slice(0, 60)}`;
		anchors.set(id, [...anchors.values()].includes(slug) ? `${slug}-${anchors.size}` : slug);
	}
	return anchors;
}
