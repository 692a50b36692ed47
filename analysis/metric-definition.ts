/** A metric is defined by its names, its direction, what it decides, and how it is derived and read. */
import type {
	ComparisonRow,
	IterationRecord,
	MetricCategory,
	Pipeline,
	ResultLedger,
	Scenario,
	ScenarioResult,
	StageName,
} from "../shared/types.ts";
import type { ValidProcess } from "./cell/process.ts";
import { sum } from "./stats/statistics.ts";

/**
 * This is an amount and what it is spread over; null where an iteration has no such amount. An iteration over
 * 0 counts in totals, and has no value of its own.
 */
export type Ratio = { amount: number; over: number } | null;

/** This is how a value comes out of the raw records. */
export type Derivation =
	/**
	 * The value of an iteration, a process or a cell is the sum of its amounts over the sum of what they are
	 * spread over. If `paired`, targets are compared iteration by iteration, else by the value of a process.
	 */
	| {
			kind: "totals";
			ofIteration: (iteration: IterationRecord, scenario: Scenario) => Ratio;
			paired: boolean;
	  }
	/**
	 * The value of an iteration, a process or a cell is the median of all its messages. Targets are compared
	 * iteration by iteration.
	 */
	| { kind: "median" }
	/** A process has a tail quantile of its messages. A cell has the geometric mean over its processes. */
	| { kind: "process-tail"; probability: number }
	/**
	 * A process has one value. A cell has the geometric mean over its processes. Undefined: there is no such
	 * thing here, and samples do not mention it.
	 */
	| { kind: "level"; ofProcess: (process: ValidProcess) => number | null | undefined }
	/**
	 * A process has one value, which may be 0 or negative. A cell has the median over its processes. There is
	 * no ratio of such values: a head is compared with its base by their difference.
	 */
	| { kind: "slope"; ofProcess: (process: ValidProcess) => number | null }
	/**
	 * The value is counted in the verification, and every timed iteration did the same work. It has no
	 * interval: two cells differ if their values differ by more than this share, by which a count of the same
	 * work may vary (a prompt has the time in it). `asked` says who has to do what is counted.
	 */
	| { kind: "counted"; tolerance: number; asked: "model" | "database" }
	/** The value is computed from the whole cell at once (`cell/`). It has no interval. */
	| { kind: "cell" };

export interface Metric {
	id: string;
	label: string;
	/** This metric is a part or a variant of its parent. */
	parent: string | null;
	section: ComparisonRow["section"];
	unit: ComparisonRow["unit"];
	/** "none" means that the metric explains: targets do not compete in it. */
	better: ComparisonRow["better"];
	/** The metric decides the winner of these categories, and scenarios of these kinds. */
	decides: { categories: readonly MetricCategory[]; scenarios: readonly ScenarioKind[] };
	derivation: Derivation;
	/** Returns the cell's value in a stored result; null or undefined where it was not measured. */
	read: (cell: ScenarioResult) => number | null | undefined;
	/** If this stage is not observable, that explains a missing value. */
	stage: StageName | null;
	/** False hides the metric in tables; every result file has it. */
	inTables: boolean;
}

/** The kind of a scenario, for the choice of the metric that decides it. */
export type ScenarioKind = Exclude<ScenarioResult["kind"], "messages"> | "latency" | "throughput";

type Read = Metric["read"];

/** The parts of a metric that most metrics leave at their defaults. */
export type MetricOptions = Partial<
	Pick<Metric, "parent" | "section" | "decides" | "stage" | "inTables" | "derivation">
>;

const DECIDES_NOTHING: Metric["decides"] = { categories: [], scenarios: [] };
const PLAIN: Omit<Metric, "id" | "label" | "unit" | "better" | "derivation" | "read"> = {
	parent: null,
	section: "main",
	decides: DECIDES_NOTHING,
	stage: null,
	inTables: true,
};

/** Makes a metric in which targets compete. */
export function competingMetric(
	better: "lower" | "higher",
	[id, label, unit]: readonly [string, string, Metric["unit"]],
	derivation: Derivation,
	read: Read,
	rest: MetricOptions = {},
): Metric {
	return { ...PLAIN, id, label, unit, better, derivation, read, ...rest };
}

/** Makes a metric that explains: no ratio is computed from it. */
export function explainingMetric(
	[id, label, unit]: readonly [string, string, Metric["unit"]],
	read: Read,
	rest: MetricOptions = {},
): Metric {
	return { ...PLAIN, id, label, unit, better: "none", derivation: { kind: "cell" }, read, ...rest };
}

/** Reads a figure of the ledger; null without messages, and where the cell may not show figures. */
export function counted(figure: (ledger: ResultLedger) => number | null): Read {
	return ({ status, ledger }) =>
		(status === "comparable" || status === "divergent") && ledger && ledger.messages > 0
			? figure(ledger)
			: null;
}

/** Makes the metric of a stage's inclusive time, for a stage that has a field of its own in the plan. */
export function stageAverage(
	stage: StageName,
	id: keyof Omit<Pipeline, "observed">,
	label: string = stage,
): Metric {
	return explainingMetric([id, label, "ms"], ({ pipeline }) => pipeline[id], { section: "pipeline", stage });
}

/** Makes the metric of a stage's self time, for a stage that has no field in the plan. */
export function stageSelfTime(stage: StageName): Metric {
	const read: Read = ({ pipeline: { observed } }) =>
		observed?.sources.some((source) => source.stage === stage && source.observable)
			? sum(observed.stages.filter((row) => row.stage === stage).map(({ self_ms }) => self_ms))
			: null;
	return explainingMetric([`${stage}_self_avg_ms`, `${stage} (self)`, "ms"], read, {
		section: "pipeline",
		stage,
	});
}
