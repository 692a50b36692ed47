/** What was measured means this for a deployment. Every report shows these rows. */
import { coreHours, type Deployment, deployedTargets } from "../../analysis/load/deployment.ts";
import type { LoadReport, TargetLoad } from "../../analysis/load/report.ts";
import { joinList, plainText } from "../../shared/text.ts";
import type { DensityFigures, EverythingPart, SoakFigures } from "../../shared/types.ts";
import { type TextRow, withInterval } from "./density.ts";
import { faultsText, figureText, heldText, historyText, untilRows } from "./load.ts";
import { growthText, restText } from "./soak.ts";
import { countedText, countText, durationText, numberText } from "./units.ts";

export const DEPLOYMENT_TITLE = "What it means for a deployment";

export const NONE = "-";
/** The part was measured, and this target was not in it. */
export const NOT_MEASURED = "not measured";

const EXIT_DONE = 0;
const EXIT_INTERRUPTED = 130;
const LONGEST_PROBLEM = 300;

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
			return found === undefined ? NOT_MEASURED : stackedText(cell(found));
		}),
	});
	const densityRow = (label: string, cell: (figures: DensityFigures) => string) => ({
		label,
		cells: targets.map(({ id }) => {
			const found = density?.targets.find((target) => target.id === id);
			return found === undefined ? NOT_MEASURED : cell(found.figures);
		}),
	});
	const soakRow = (label: string, cell: (figures: SoakFigures) => string) => ({
		label,
		cells: targets.map(({ id }) => {
			const found = soak?.targets.find((target) => target.id === id);
			return found === undefined ? NOT_MEASURED : cell(found.figures);
		}),
	});
	const untilOf = (report: LoadReport | null) =>
		report === null ? [] : untilRows(report.settings).map(([label, cell]) => loadRow(label, report, cell));
	const whole = (value: number) => countText(Math.round(value));
	const cpu = ({ half }: TargetLoad) => half?.cpuPerMessageNs ?? null;
	const rows: DeploymentRow[] = [
		loadRow("Conversations held", conversations, heldText),
		...untilOf(conversations),
		loadRow("Messages a second held", load, heldText),
		...untilOf(load),
		loadRow("At 1.5 times the rate held, not answered right", load, ({ beyond }) => faultsText(beyond)),
		{
			...loadRow("Processor hours for a million messages", load, (target) =>
				target.storedCost?.grows
					? "no steady cost"
					: figureText(cpu(target), (ns) => numberText(coreHours(ns))),
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
	return rows.filter(({ cells }) => cells.some((cell) => cell !== NONE && cell !== NOT_MEASURED));
}

/** Puts an interval, or what the rig let through, below the figure, as the other rows have it. */
function stackedText(text: string): string {
	return text
		.replace(/^(.*?) \(([^()]+ to [^()]+)\)/, (_, figure, interval) => `${figure}\n${interval}`)
		.replace(
			/^([^\n]*)\n([^\n]* to [^\n ]+)( [^\n]+)$/,
			(_, figure, interval, unit) => `${figure}${unit}\n${interval}`,
		)
		.replace(/^(the rig ran out): /, (_, rig) => `${rig}\n`);
}

/** Says under which conditions the rows hold, what is missing, and where it ended. */
export function deploymentTexts(deployment: Deployment): string[] {
	const { load, conversations, parts } = deployment;
	return [
		...(load === null ? [] : [`Messages a second: ${conditionsText(load)}`]),
		...(conversations === null ? [] : [`Conversations: ${conditionsText(conversations)}`]),
		...conversationTexts(deployment),
		...missingTexts(deployment),
		...(parts ?? []).flatMap((part) =>
			endTexts(part, part.name === "main" || deployment[part.name] !== null),
		),
	];
}

/** A number of conversations belongs to the messages for which it was tried. */
function conversationTexts({ conversations, load }: Deployment): string[] {
	return (conversations?.targets ?? []).flatMap(({ id, label, capacity }) => {
		const tried = (capacity?.processes ?? []).flatMap(({ messages }) => messages ?? []);
		if (tried.length === 0) return [];
		const grows = load?.targets.find((target) => target.id === id)?.storedCost?.grows === true;
		const messages = countedText(Math.min(...tried), "message");
		const held = `${label}: conversations were held for at least ${messages} on a fresh agent`;
		return grows
			? [`${held}. A message costs more, the more is stored: for how many more they are held was not tried.`]
			: [`${held}; more were not tried.`];
	});
}

/** Names what no part has measured, and the targets that are in some parts only. */
function missingTexts(deployment: Deployment): string[] {
	const all = deployedTargets(deployment);
	const names = PARTS.filter((name) => deployment[name] !== null);
	const missing = PARTS.filter((name) => deployment[name] === null);
	const lacking = new Map<string, string[]>();
	for (const { id, label } of all) {
		const without = names.filter((name) => !deployment[name]?.targets.some((target) => target.id === id));
		if (without.length === 0) continue;
		const words = joinList(without);
		lacking.set(words, [...(lacking.get(words) ?? []), label]);
	}
	return [
		...(missing.length === 0
			? []
			: [`Not measured: ${joinList(missing.map((name) => `./run.sh ${COMMANDS[name]}`))}.`]),
		...[...lacking].map(([without, labels]) => `Not measured of ${joinList(labels)}: ${without}.`),
	];
}

const PARTS = ["load", "conversations", "density", "soak"] as const;
const COMMANDS: Record<(typeof PARTS)[number], string> = {
	load: "load",
	conversations: "load --conversations search",
	density: "density",
	soak: "soak",
};

/** @param hasFigures whether the part has left something to show */
function endTexts({ name, exitStatus, problem }: EverythingPart, hasFigures: boolean): string[] {
	const told = name === "main" ? "The main run" : `The part ${name}`;
	if (problem !== null) return [`${told} failed: ${plainText(problem, LONGEST_PROBLEM)}`];
	if (exitStatus === EXIT_DONE) return [];
	if (exitStatus === EXIT_INTERRUPTED)
		return [`${told} was interrupted${hasFigures ? ": what it had measured is here" : ""}.`];
	// What was never begun is among what was not measured.
	if (exitStatus === null) return hasFigures ? [`${told} has not ended: what it had measured is here.`] : [];
	return [`Not all of ${name === "main" ? "the main run" : name} could be measured.`];
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
		`${who}; ${model}; ${historyText(history)} stored before. Held: 99 % within ` +
		`${durationText(limitNs)} beside the model, and nothing lost, wrong, raised or late.`
	);
}
