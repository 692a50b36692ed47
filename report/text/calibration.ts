/**
 * The calibration in words. Its ratios are about engines and libraries, and no sentence makes them one about
 * frameworks.
 */
import { plainText } from "../../shared/text.ts";
import type { Calibration, CalibrationShare, CalibrationTimes, KernelOperation } from "../../shared/types.ts";
import type { Names } from "./databases.ts";
import { intervalText } from "./ratio.ts";
import { stageLabel } from "./stages.ts";
import { durationText, numberText, ratioText } from "./units.ts";

export const CALIBRATION_TITLE = "The operations by themselves";

const LABELS: Record<KernelOperation, string> = {
	parse_answer: "parse an answer",
	render_template: "render a template",
	state_to_json: "state to JSON",
	state_from_json: "state from JSON",
	sort_records: "sort 100 records",
};

/** In the middle of a sentence about one message. */
const GERUNDS: Record<KernelOperation, string> = {
	parse_answer: "parsing its answer",
	render_template: "rendering its template",
	state_to_json: "writing a state",
	state_from_json: "reading a state",
	sort_records: "sorting records",
};

const LEGEND = [
	"No framework takes part in an operation: it is written as anybody would write it in the language,",
	"works on the same inputs, and has the same result in every one.",
	"2.10x is 2.10 times as long as the shortest of the row, from pairs side by side; a figure is from all.",
	"These ratios are about an engine with its libraries, such as its JSON and its search in strings.",
	"They decide nothing, and do not tell how long a message would take in another language.",
	"What is first is so in a fresh process, which has made its first agent.",
];

/** Says what the figures are, and what they are not. */
export function calibrationLegend({ message }: Calibration, { scenario }: Pick<Names, "scenario">): string {
	return [
		...LEGEND,
		...(message === null ? [] : [`The message is that of ${scenario(message.scenario)}.`]),
	].join(" ");
}

/** A row of the table. `group` says in which state of the process it is. */
export interface CalibrationLine {
	label: string;
	group: "warm" | "first";
	times: CalibrationTimes;
	/** True for a message, which is beside the operations and none of them. */
	isMessage: boolean;
}

/** Returns the rows: each operation, then the message, warm and as the first of a process. */
export function calibrationLines({ operations, message }: Calibration): CalibrationLine[] {
	return (["warm", "first"] as const).flatMap((group) => [
		...operations.map((one) => ({
			label: LABELS[one.operation],
			group,
			times: one[group],
			isMessage: false,
		})),
		...(message === null
			? []
			: [
					{
						label: "a message",
						group,
						times: message[group],
						isMessage: true,
					},
				]),
	]);
}

export const GROUP_LABELS: Record<CalibrationLine["group"], string> = {
	warm: "In a warm process",
	first: "First in a process",
};

export interface TimeTexts {
	time: string;
	/** Empty where the target takes part in no ratio. */
	ratio: string;
	/** Null where there is none. */
	range: string | null;
}

/** Writes what a row says of a target; null where it has no figure. */
export function timeTexts(times: CalibrationTimes, target: string): TimeTexts | null {
	const found = times[target];
	if (!found) return null;
	const { ns, ratio, interval } = found;
	return {
		time: durationText(ns),
		ratio: ratio === null ? "" : ratioText(ratio),
		range:
			interval && intervalText(interval, (value) => (value < 1 ? `${numberText(value)}x` : ratioText(value))),
	};
}

/** Says how much of a stage its operations are by themselves. */
export function shareText(one: CalibrationShare, { label, scenario }: Names): string {
	const { stage, stage_ns, operations, operations_ns, share, interval } = one;
	const work = operations.map((name) => GERUNDS[name]).join(" and ");
	const range = interval === null ? "too few processes for an interval" : intervalText(interval, percentText);
	const who = plainText(label(one.target), 40);
	return [
		`${who}: a message of ${scenario(one.scenario)} spends ${durationText(stage_ns)} in ${stageLabel(stage)}.`,
		`By themselves, ${work} once take ${durationText(operations_ns)} in this engine,`,
		`${percentText(share)} of that (${range}).${restText(one)}`,
	].join(" ");
}

/** Where the interval holds 1, nothing is known to be done beside the operations. */
function restText({ interval }: CalibrationShare): string {
	if (interval === null) return "";
	return interval.high < 1
		? " The rest goes into other work of the stage, or into other ways of doing this."
		: " So it is not known to take longer than that.";
}

function percentText(share: number): string {
	return share < 0.001 ? "<0.1%" : `${numberText(100 * share)}%`;
}
