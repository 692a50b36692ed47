/** `./run.sh compare` compares a head with a base, with a gate for CI. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { START_METRIC } from "../../analysis/change/across.ts";
import { compareChange, type Side } from "../../analysis/change/change.ts";
import { redefinedScenarios, unlikenesses } from "../../analysis/change/comparability.ts";
import { ALL, gate, unusedRules } from "../../analysis/change/gate.ts";
import { GROWTH_METRIC } from "../../analysis/metrics.ts";
import { renderChange } from "../../report/console/change.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { CHANGE_EXPORTERS, type Exporter } from "../../report/exporters/index.ts";
import { unlikenessText } from "../../report/text/unlikeness.ts";
import { type ChangeFile, type GateRule, thresholdFile, type Unlikeness } from "../../shared/types.ts";
import { EXIT, UserError } from "../errors.ts";
import { readJson } from "../files.ts";
import { readSide } from "../run/results.ts";
import { chooseFormats, writeExports } from "./formats.ts";
import { nearestNames } from "./nearest.ts";

export interface CompareFlags {
	base?: string;
	head?: string;
	failOn?: string[];
	thresholds?: string;
	allowUnlike?: true;
	allowMissing?: true;
	format?: string;
	output?: string;
	json?: true;
}

/**
 * Sets the exit status: 0 no regression, 1 regression.
 * @throws {UserError} with status 2 for unusable input, 3 for sides that cannot be compared
 */
export function compareCommand(paths: string[], flags: CompareFlags): void {
	const formats = chooseFormats(CHANGE_EXPORTERS, flags.format);
	const rules = gateRules(flags);
	const unlike: Unlikeness[] = [];
	const note = (one: Unlikeness) => {
		if (!flags.allowUnlike)
			throw new UserError(
				`${unlikenessText(one)}: their difference would mean nothing (--allow-unlike compares them all the same)`,
				EXIT.notComparable,
			);
		unlike.push(one);
	};
	const [basePath, headPath = basePath] = paths;
	if (basePath === undefined || headPath === undefined || paths.length > 2)
		throw new UserError(
			"compare takes a base and a head, or one run with --base and --head; `report` puts results side by side",
		);
	const paired = isSamePlace(basePath, headPath);
	if (paired && (flags.base === undefined || flags.head === undefined))
		throw new UserError(
			"one run is compared with itself between two of its targets: name them with --base and --head",
		);
	const base = readSide(basePath, note);
	const head = paired ? base : readSide(headPath, note);
	if (!paired && JSON.stringify(head.results) === JSON.stringify(base.results))
		console.error(`${headPath} is a copy of ${basePath}: one run is compared with itself`);
	const pairs = pairsOf(base, head, flags);
	for (const [path, side] of paired
		? []
		: ([
				[basePath, base],
				[headPath, head],
			] as const))
		if (side.results.some(({ machines }) => machines !== undefined))
			throw new UserError(
				`the run ${path} was merged from unlike machines, whose times have no mean: compare two of its targets ` +
					"(--base and --head), or the shards of one machine",
				EXIT.notComparable,
			);
	for (const one of paired ? [] : findUnlikenesses(base, head)) note(one);
	const named = paired
		? { base: { ...base, name: flags.base ?? "" }, head: { ...head, name: flags.head ?? "" } }
		: { base, head };
	const lostTargets =
		flags.base === undefined && flags.head === undefined ? findLostTargets(base, pairs) : [];
	const change = compareChange(named.base, named.head, { pairs, paired, unlike, lostTargets });
	const shown = applyGate(change, rules, flags);
	if (flags.json) console.log(JSON.stringify(shown));
	else console.log(renderChange(shown, terminalLayout()));
	writeFormats(shown, formats, flags);
	process.exitCode = exitStatus(shown);
}

/** Says whether two paths lead to one place, by links too. */
function isSamePlace(one: string, other: string): boolean {
	if (resolve(one) === resolve(other)) return true;
	return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}

/**
 * Adds the gate's judgement to a change.
 * @throws {UserError} with status 2 for a rule that fits nothing, 3 when no cell is comparable
 */
export function applyGate(
	change: ChangeFile,
	rules: readonly GateRule[],
	{ allowMissing = false }: { allowMissing?: boolean | undefined } = {},
): ChangeFile {
	if (change.cells.every(({ change: word }) => word === "not comparable"))
		throw new UserError(
			"base and head have no cell in common that both do as the scenario asks: nothing to compare",
			EXIT.notComparable,
		);
	const [unused] = unusedRules(
		change,
		rules.filter((rule) => !DEFAULT_RULES.includes(rule)),
	);
	if (unused) throw new UserError(unusedRuleText(unused, change));
	return rules.length === 0 ? change : gate(change, rules, { allowMissing });
}

/** Names the rule, and the names nearest to those that it has. */
function unusedRuleText({ scenario, metric, slower }: GateRule, { cells, across }: ChangeFile): string {
	const scenarios = [...new Set([...cells.map((cell) => cell.scenario), ALL])];
	const rows = scenario === ALL ? across.map(({ row }) => row) : cells.flatMap((cell) => cell.rows);
	const metrics = [...new Set(rows.map((row) => row.metric))];
	const hints = [
		...(scenario === "*" || scenarios.includes(scenario) ? [] : nearestNames(scenario, scenarios)),
		...(metric === "*" || metrics.includes(metric) ? [] : nearestNames(metric, metrics)),
	];
	const hint = hints.length === 0 ? "" : `; the nearest names are ${hints.join(", ")}`;
	return `the rule ${scenario}/${metric}/slower:${100 * slower}% fits no figure of this comparison${hint}`;
}

function findLostTargets(
	base: Side,
	pairs: readonly (readonly [string, string])[],
): ChangeFile["lost_targets"] {
	const paired = new Set(pairs.map(([id]) => id));
	return base.results
		.map(({ target }) => ({ id: target.id, label: target.label }))
		.filter(({ id }) => !paired.has(id));
}

export function exitStatus({ gate: judged }: ChangeFile): number {
	return (judged?.regressions.length ?? 0) > 0 ? EXIT.failed : EXIT.done;
}

export function writeFormats(
	change: ChangeFile,
	formats: readonly Exporter<ChangeFile>[],
	flags: Pick<CompareFlags, "output">,
): void {
	if (flags.output !== undefined && existsSync(flags.output) && !statSync(flags.output).isDirectory())
		throw new UserError(`--output ${flags.output} is a file: name a folder`);
	writeExports(change, formats, resolve(flags.output ?? "."));
}

function pairsOf(base: Side, head: Side, flags: CompareFlags): [string, string][] {
	const ids = ({ results }: Side) => results.map(({ target }) => target.id);
	const known = (side: Side, id: string, option: string) => {
		if (ids(side).includes(id)) return id;
		throw new UserError(
			`${side.name} has no target '${id}' (${option}): choose from ${ids(side).join(", ")}`,
		);
	};
	if (flags.base !== undefined || flags.head !== undefined) {
		const one = flags.base ?? flags.head ?? "";
		return [[known(base, one, "--base"), known(head, flags.head ?? one, "--head")]];
	}
	const common = ids(base).filter((id) => ids(head).includes(id));
	if (common.length > 0) return common.map((id) => [id, id]);
	const [before, after] = [base.results[0], head.results[0]];
	if (
		before &&
		after &&
		base.results.length === 1 &&
		head.results.length === 1 &&
		before.runtime === after.runtime
	)
		return [[before.target.id, after.target.id]];
	throw new UserError(
		`base and head have no target in common (${ids(base).join(", ")}; ${ids(head).join(", ")}): ` +
			"name a pair with --base and --head",
		EXIT.notComparable,
	);
}

function findUnlikenesses(base: Side, head: Side): Unlikeness[] {
	const [one, other] = [base.results[0], head.results[0]];
	const changed = redefinedScenarios(base.results, head.results);
	return [
		...(one && other ? unlikenesses(one, other) : []),
		...(changed.length > 0 ? [{ kind: "definitions" as const, scenarios: changed }] : []),
	];
}

const NO_GATE = "none";
/**
 * These rules judge the deciding metric and the peak memory of every scenario, and over all of them start-up
 * and the memory that a message leaves behind: any significant loss fails.
 */
const DEFAULT_RULES: readonly GateRule[] = [
	{ scenario: "*", metric: "*", slower: 0 },
	{ scenario: "*", metric: "memory_rss_peak_mb", slower: 0 },
	{ scenario: ALL, metric: START_METRIC, slower: 0 },
	{ scenario: ALL, metric: GROWTH_METRIC, slower: 0 },
];

/**
 * Rules of the command line come first. Those of the file are more particular, and the last rule that fits
 * decides.
 */
export function gateRules({
	failOn = [],
	thresholds,
}: Pick<CompareFlags, "failOn" | "thresholds">): GateRule[] {
	const wanted = failOn.filter((text) => text !== NO_GATE);
	const rules = [
		...wanted.map(ruleOf),
		...(thresholds === undefined ? [] : readJson(thresholds, thresholdFile, "threshold file").rules),
	];
	return rules.length === 0 && failOn.length === 0 ? [...DEFAULT_RULES] : rules;
}

function ruleOf(text: string): GateRule {
	const found =
		/^(?:(?<scenario>[a-z0-9-]+|\*)\/)?(?:(?<metric>[a-z0-9_]+|\*)\/)?slower:(?<percent>\d+(?:\.\d+)?)%$/.exec(
			text.trim(),
		);
	if (!found?.groups)
		throw new UserError(
			`--fail-on '${text}' is not understood: write slower:5%, single-message/slower:5% or none`,
		);
	const { scenario = "*", metric = "*", percent } = found.groups;
	return { scenario, metric, slower: Number(percent) / 100 };
}
