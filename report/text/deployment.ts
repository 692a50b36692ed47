/** What was measured means this for a deployment. Every report shows these rows. */
import { coreHours, type Deployment, deployedTargets } from "../../analysis/load/deployment.ts";
import type { LoadReport, TargetLoad } from "../../analysis/load/report.ts";
import { joinList } from "../../shared/text.ts";
import type { DensityFigures, SoakFigures } from "../../shared/types.ts";
import { type TextRow, withInterval } from "./density.ts";
import { faultsText, figureText, heldText, rateText, untilText } from "./load.ts";
import { growthText, restText } from "./soak.ts";
import { countText, durationText, numberText } from "./units.ts";

export const DEPLOYMENT_TITLE = "What it means for a deployment";

const NONE = "-";

export interface DeploymentRow extends TextRow {
	/** For each target what a million messages take of a processor; only in the row of that. */
	coreHours?: (number | null)[];
}

export function deploymentRows(deployment: Deployment): DeploymentRow[] {
	const { load, conversations, density, soak } = deployment;
	const targets = deployedTargets(deployment);
	const loadRow = (label: string, report: LoadReport | null, cell: (target: TargetLoad) => string) => ({
		label,
		cells: targets.map(({ id }) => {
			const found = report?.targets.find((target) => target.id === id);
			return found === undefined ? NONE : cell(found);
		}),
	});
	const densityRow = (label: string, cell: (figures: DensityFigures) => string) => ({
		label,
		cells: targets.map(({ id }) => {
			const found = density?.targets.find((target) => target.id === id);
			return found === undefined ? NONE : cell(found.figures);
		}),
	});
	const soakRow = (label: string, cell: (figures: SoakFigures) => string) => ({
		label,
		cells: targets.map(({ id }) => {
			const found = soak?.targets.find((target) => target.id === id);
			return found === undefined ? NONE : cell(found.figures);
		}),
	});
	const whole = (value: number) => countText(Math.round(value));
	const cpu = ({ half }: TargetLoad) => half?.cpuPerMessageNs ?? null;
	const rows: DeploymentRow[] = [
		loadRow("Conversations held", conversations, heldText),
		loadRow("Messages a second held", load, heldText),
		...(load?.settings.rates ?? []).map((rate) =>
			loadRow(`${rateText(rate)} is held for`, load, ({ until }) =>
				untilText(until.find(({ perSecond }) => perSecond === rate)),
			),
		),
		loadRow("Beyond that, not answered right", load, ({ beyond }) => faultsText(beyond)),
		{
			...loadRow("Processor hours for a million messages", load, (target) =>
				figureText(cpu(target), (ns) => numberText(coreHours(ns))),
			),
			coreHours: targets.map(({ id }) => {
				const found = load?.targets.find((target) => target.id === id);
				const figure = found === undefined ? null : cpu(found);
				return figure === null ? null : coreHours(figure.value);
			}),
		},
		densityRow("Agents in 1 GB", ({ agentsPerGb }) => withInterval(agentsPerGb, whole)),
		soakRow("What messages leave", growthText),
		soakRow("At rest after a burst", ({ quiescence }) => restText(quiescence.at(-1))),
	];
	return rows.filter(({ cells }) => cells.some((cell) => cell !== NONE));
}

/** Says under which conditions the rows hold, and what is missing. */
export function deploymentTexts(deployment: Deployment): string[] {
	const { load, conversations } = deployment;
	const missing = (
		[
			["load", "load"],
			["conversations", "load --conversations search"],
			["density", "density"],
			["soak", "soak"],
		] as const
	).flatMap(([part, command]) => (deployment[part] === null ? [`./run.sh ${command}`] : []));
	return [
		...(load === null ? [] : [`Messages a second: ${conditionsText(load)}`]),
		...(conversations === null ? [] : [`Conversations: ${conditionsText(conversations)}`]),
		...(missing.length === 0 ? [] : [`Not measured: ${joinList(missing)}.`]),
	];
}

function conditionsText({ settings }: LoadReport): string {
	const { users, history, limitNs, modelDelayMs, thinkMs, conversations } = settings;
	const who =
		conversations === null
			? `of ${countText(users)} users in rooms of their own`
			: `each thinks ${countText(thinkMs)} ms`;
	const model =
		modelDelayMs === 0 ? "the model takes no time" : `the model takes ${countText(modelDelayMs)} ms`;
	return (
		`${who}; ${model}; ${countText(history)} older memories at the beginning. Held: 99 % within ` +
		`${durationText(limitNs)} beside the model, and nothing lost, wrong, raised or late.`
	);
}
