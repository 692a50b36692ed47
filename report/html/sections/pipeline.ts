/** This section shows the time by stage over all scenarios, with a heatmap for each target. */
import type { ComparisonFile, ScenarioComparison, StageName } from "../../../shared/types.ts";
import { intervalText } from "../../text/ratio.ts";
import { STAGES, stageLabel } from "../../text/stages.ts";
import { valueText } from "../../text/units.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, row, section, table } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";
import { isCostly } from "./stages.ts";

type Cell = ScenarioComparison["cells"][string];
type Pipeline = NonNullable<Cell["detail"]["pipeline"]>;

interface Line {
	scenario: string;
	status: Cell["status"];
	pipeline: Pipeline;
}

/** A stage with less than this everywhere has no column. */
const LEAST_SHARE = 0.0005;

export function renderPipeline(view: View): Markup | null {
	const maps = view.targets.flatMap((target) => heatmap(target, view) ?? []);
	if (maps.length === 0) return null;
	return section(
		"pipeline",
		"Where the time goes",
		html`<p>
			The self time of each stage as a percentage of a message's time. Each row is a scenario and adds up to
			100. <b>·</b> less than half a percent, <b>0</b> did not run, <b>n/o</b> not observable in this framework
			(its time is in the stage around it), <b>~</b> divergent, <b>†</b> the observer cost
			significantly more than 5 %. Read
			along a row: stages explain one target, they do not compare targets.
		</p>`,
		maps,
	);
}

function heatmap(target: ShownTarget, { comparison: { scenarios, pipelines }, anchor }: View): Markup | null {
	const lines = scenarios.flatMap(({ id, cells }): Line[] => {
		const cell = cells[target.id];
		const pipeline = cell?.detail.pipeline;
		return cell && pipeline ? [{ scenario: id, status: cell.status, pipeline }] : [];
	});
	if (lines.length === 0) return null;
	const stages = STAGES.filter((stage) => lines.some(({ pipeline }) => isShown(pipeline, stage)));
	const mean = pipelines.find((one) => one.target === target.id);
	const means = stages.map((stage) =>
		shareCell(mean?.not_observable.includes(stage) ? "n/o" : (mean?.shares[stage] ?? 0)),
	);
	return html`<h3>${target.swatch}${target.label}</h3>
		${mean && costSentence(mean)}
		${table({
			label: `Stages of ${target.label}`,
			kind: "stages",
			head: [
				columnHead("Scenario"),
				stages.map((stage) => columnHead(html`<span>${stageLabel(stage)}</span>`)),
			],
			body: lines.map((line) =>
				row(
					lineHead(line, anchor),
					stages.map((stage) => shareCell(shareOf(line.pipeline, stage))),
				),
			),
			foot: mean && html`<tfoot>${row(`mean of ${mean.scenarios} comparable`, means)}</tfoot>`,
		})}`;
}

function costSentence({ observer_cost, scenarios }: ComparisonFile["pipelines"][number]): Markup | null {
	if (observer_cost === null) return null;
	const { value, interval } = observer_cost;
	const share = (one: number) => valueText(one, "share");
	const range = interval ? ` (95 %: ${intervalText(interval, share)})` : "";
	return html`<p>Observing adds ${`${share(value)}${range}`} to a message, over ${scenarios} scenarios.</p>`;
}

function isShown({ not_observable, stages }: Pipeline, stage: StageName): boolean {
	const share = stages.find((one) => one.stage === stage)?.share ?? 0;
	return not_observable.includes(stage) || share > LEAST_SHARE;
}

function lineHead({ scenario, status, pipeline }: Line, anchor: View["anchor"]): Markup {
	const link = html`<a href="#${anchor(scenario)}">${scenario}</a>`;
	return html`${link}${status === "divergent" && html` ~`}${isCostly(pipeline) && html` †`}`;
}

function shareOf({ stages, not_observable }: Pipeline, stage: StageName): number | "n/o" {
	if (not_observable.includes(stage)) return "n/o";
	// A stage that can be observed and was not seen did not run.
	return stages.find((one) => one.stage === stage)?.share ?? 0;
}

const LIMITS = [0.005, 0.03, 0.07, 0.15, 0.3, 0.5, 0.7];

function shareCell(share: number | "n/o"): Markup {
	if (share === "n/o") return html`<td class="other">n/o</td>`;
	const found = LIMITS.findIndex((limit) => share < limit);
	const shade = found < 0 ? LIMITS.length : found;
	const text = share === 0 ? "0" : share < 0.005 ? "·" : (100 * share).toFixed(0);
	return html`<td${shade > 0 && html` class="p${shade}"`}>${text}</td>`;
}
