/** This table shows the memory and the garbage collections of a scenario in figures. */
import { METRICS } from "../../../analysis/metrics.ts";
import type { ScenarioComparison } from "../../../shared/types.ts";
import { valueText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import { details, targetTable } from "../parts.ts";
import type { ShownTarget } from "../view.ts";

type Resources = NonNullable<ScenarioComparison["cells"][string]["detail"]["resources"]>;

/** Shows all metrics of memory in the registry. The scenario's own table does not have all of them. */
export function renderMemory(
	{ id, cells }: ScenarioComparison,
	targets: readonly ShownTarget[],
): Markup | null {
	const resources = targets.map((target) => cells[target.id]?.detail.resources ?? null);
	if (resources.every((found) => found === null)) return null;
	const metrics = METRICS.filter(({ section }) => section === "memory");
	const rows = metrics.map((metric) => ({
		label: metric.label,
		cells: resources.map((found) => valueText(found?.[metric.id as keyof Resources], metric.unit)),
	}));
	return details(
		"Memory and collections in figures",
		targetTable({ targets }, `Memory and collections of ${id}`, "Resident memory, heap, pauses", rows),
	);
}
