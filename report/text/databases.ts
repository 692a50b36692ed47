/** What a real database costs, in words. Every sentence is true of the intervals that it is computed from. */
import { MESSAGE_METRIC } from "../../analysis/compare/databases.ts";
import { findMetric } from "../../analysis/metrics.ts";
import { plainText } from "../../shared/text.ts";
import type {
	ComparisonFile,
	Crossover,
	DatabaseName,
	DatabasePair,
	DatabaseScenario,
} from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { metricName } from "./metrics.ts";
import { intervalText } from "./ratio.ts";
import { stageLabel } from "./stages.ts";
import { countedText, numberText, ratioText, valueText } from "./units.ts";

/** Every format writes foreign names in its own way. */
export interface Names {
	label: (target: string) => string;
	scenario: (id: string) => string;
}

type Ratio = NonNullable<DatabaseScenario["ratio"]>;
type Server = NonNullable<ComparisonFile["database_server"]>;

export const DATABASES_TITLE = "What a real database costs";

/** Says what the figures below it are, and whose. */
export const DATABASES_LEGEND = [
	"Each target is compared with the same framework on another database, in pairs of iterations side by side.",
	"The time of a message has the server's work in it as far as the framework waits for it.",
	"CPU of the process is the framework's with its driver, CPU of the server that of the server's processes.",
	"Statements and rows are counted in the verification, until the last message has returned.",
].join(" ");

const PLACES: Record<DatabaseName, string> = {
	"in-memory": "in memory",
	postgres: "on PostgreSQL",
	pglite: "on PGlite",
};

/** Returns where a target keeps its data: `in memory`, `on PostgreSQL`. */
export function placeText(database: DatabaseName): string {
	return PLACES[database];
}

/** Describes the server: `PostgreSQL 16.14, fsync on, synchronous_commit on, a commit takes 0.210 ms`. */
export function serverText({ version, fsync, synchronous_commit, commit_ns, given }: Server): string {
	return [
		`PostgreSQL ${plainText(version, 40)}`,
		`fsync ${fsync ? "on" : "off"}`,
		`synchronous_commit ${plainText(synchronous_commit, 20)}`,
		`a commit takes ${numberText(commit_ns / NS_PER_MS)} ms`,
		...(given ? ["a server that the run did not start"] : []),
	].join(", ");
}

/** Sums a pair up in one sentence, from the scenario that stands for it. */
export function databaseText(pair: DatabasePair, { label, scenario }: Names): string {
	const one = shownScenario(pair);
	const figures = `${figureText(one, one.value)} against ${figureText(one, one.twin_value)}`;
	const work = workTexts(one).join(", ");
	const difference = differenceText(one, scenario(one.scenario), placeText(pair.twin_database));
	const sentence = `${label(pair.target)} ${difference}: ${figures}${stageText(one)}`;
	return `${sentence}${work === "" ? "" : `; ${work}`}.`;
}

/** What a table says of one scenario. */
export interface DatabaseTexts {
	/** The name of the metric, where it is not the time of a message. */
	metric: string | null;
	here: string;
	there: string;
	/** How many times worse, and the interval. `~` where one of the two did other work. */
	ratio: string;
	range: string | null;
	stage: string;
	statements: string;
	rows: string;
	serverCpu: string;
	cpu: string;
	twinCpu: string;
}

export function databaseTexts(one: DatabaseScenario): DatabaseTexts {
	const { ratio, stage } = one;
	const isAlike = one.status === "comparable" && one.twin_status === "comparable";
	return {
		metric: one.metric === MESSAGE_METRIC ? null : metricName(one.metric),
		here: figureText(one, one.value),
		there: figureText(one, one.twin_value),
		ratio: ratio ? timesWorseText(ratio.ratio) : isAlike ? "-" : "~",
		range: ratio?.interval ? intervalText(ratio.interval, timesWorseText) : null,
		stage: stage ? `${stageLabel(stage.stage)} ${partText(stage.share)}` : "-",
		statements: valueText(one.statements, "count"),
		rows: valueText(one.rows, "count"),
		serverCpu: valueText(one.server_cpu_ms, "ms"),
		cpu: valueText(one.cpu_ms, "ms"),
		twinCpu: valueText(one.twin_cpu_ms, "ms"),
	};
}

/** A ratio to the best target is never below 1, but one to a twin may be far below. */
function timesWorseText(value: number): string {
	return value < 1 ? `${numberText(value)}x` : ratioText(value);
}

/** Returns the heads of the two columns of figures: `On PostgreSQL`, `In memory`. */
export function placeHeads({ database, twin_database }: DatabasePair): [here: string, there: string] {
	const head = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
	return [head(placeText(database)), head(placeText(twin_database))];
}

/** Returns the places where the order of a pair changes. */
export function crossoversOf<Found extends Pick<Crossover, "below" | "above">>(
	{ target, twin }: Pick<DatabasePair, "target" | "twin">,
	crossovers: readonly Found[],
): Found[] {
	const ids = [target, twin];
	return crossovers.filter(({ below, above }) => ids.includes(below) && ids.includes(above));
}

/** A single message stands for a pair; without it, the first message that can be compared. */
function shownScenario({ scenarios }: DatabasePair): DatabaseScenario {
	const single = scenarios.find(({ scenario, ratio }) => scenario === "single-message" && ratio !== null);
	const compared = scenarios.find(({ metric, ratio }) => metric === MESSAGE_METRIC && ratio !== null);
	const any = scenarios.find(({ ratio }) => ratio !== null);
	return single ?? compared ?? any ?? (scenarios[0] as DatabaseScenario);
}

function differenceText(one: DatabaseScenario, scenario: string, there: string): string {
	const { ratio, metric, status, twin_status } = one;
	const isMessage = metric === MESSAGE_METRIC;
	const of = isMessage ? `for a message of ${scenario}` : `in ${metricName(metric)} of ${scenario}`;
	if (ratio === null)
		return status === "comparable" && twin_status === "comparable"
			? `took no turns with its twin ${there}, so there is no ratio ${of}`
			: `does other work than ${there} ${of}, so there is no ratio`;
	const found = isMessage
		? `takes ${timesText(ratio)} times as long as ${there} ${of}`
		: `is ${betterOrWorseText(ratio)} than ${there} ${of}`;
	return ratio.verdict === "tie" ? `${found}, which is no difference beyond the noise` : found;
}

function betterOrWorseText(ratio: Ratio): string {
	if (ratio.ratio >= 1) return `${timesText(ratio)} times worse`;
	const { interval } = ratio;
	const turned = interval && { low: 1 / interval.high, high: 1 / interval.low };
	return `${timesText({ ratio: 1 / ratio.ratio, interval: turned })} times better`;
}

/** Writes a ratio and its interval for the middle of a sentence: `9.80 (9.10 to 10.5)`. */
function timesText({ ratio, interval }: Pick<Ratio, "ratio" | "interval">): string {
	const range = interval ? intervalText(interval, numberText) : "one block, so no interval";
	return `${numberText(ratio)} (${range})`;
}

function figureText({ metric }: DatabaseScenario, value: number): string {
	return valueText(value, findMetric(metric)?.unit ?? "count");
}

/** Names the stage in which the difference is; nothing where no stage stands out. */
function stageText({ stage }: DatabaseScenario): string {
	if (stage === null) return "";
	const where = stage.stage === "message" ? "no stage" : stageLabel(stage.stage);
	const part = stage.share > 0.5 ? "most" : partText(stage.share);
	return `, ${part} of the difference in ${where}`;
}

/** Where other stages became faster, one may have more than the whole difference. */
function partText(share: number): string {
	return share > 1 ? "over 100%" : `${Math.round(100 * share)}%`;
}

function workTexts({ statements, rows, server_cpu_ms, cpu_ms, twin_cpu_ms }: DatabaseScenario): string[] {
	const cpu = (value: number) => valueText(value, "ms");
	return [
		...(statements === null ? [] : [countedText(statements, "statement")]),
		...(rows === null ? [] : [countedText(rows, "row")]),
		...(cpu_ms === null || twin_cpu_ms === null
			? []
			: [`CPU of the process ${cpu(cpu_ms)} against ${cpu(twin_cpu_ms)}`]),
		...(server_cpu_ms === null ? [] : [`CPU of the server ${cpu(server_cpu_ms)}`]),
	];
}
