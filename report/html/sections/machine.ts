/** This section lists the versions, the sizes and the machine. */
import type { ComparisonFile } from "../../../shared/types.ts";
import { BYTES_PER_MB } from "../../../shared/units.ts";
import { serverText } from "../../text/databases.ts";
import { megabytesOf, SIZES } from "../../text/sizes.ts";
import { numberText, valueText } from "../../text/units.ts";
import { html, type Markup } from "../markup.ts";
import { DASH, row, section, table, targetTable } from "../parts.ts";
import type { View } from "../view.ts";

const VERSIONS = [
	["framework", "Framework"],
	["database", "Database plugin"],
	["language", "Language"],
	["engine", "Engine"],
	["build", "Build"],
	["lock_digest", "Lock file, SHA-256"],
] as const;

export function renderMachine(view: View): Markup {
	return section(
		"machine",
		"Versions, sizes, machine",
		versions(view),
		sizes(view),
		table({
			label: "Machine",
			caption: "Machine and settings",
			kind: "facts",
			body: facts(view.comparison).map(([name, value]) => row(name, html`<td>${value}</td>`)),
		}),
	);
}

function versions(view: View): Markup {
	return targetTable(view, "Versions", "Version", [
		{ label: "Runtime", cells: view.targets.map(({ about }) => about.runtime) },
		...VERSIONS.map(([field, label]) => ({
			label,
			cells: view.targets.map(
				({ about }) => html`<span class="words">${about.versions ? about.versions[field] : DASH}</span>`,
			),
		})),
	]);
}

function sizes(view: View): Markup | null {
	const all = view.targets.map(({ about }) => about.size);
	if (all.every((size) => size === null)) return null;
	const rows = SIZES.map(({ field, label }) => ({
		label,
		values: all.map((size) => megabytesOf(size, field)),
	})).filter(({ values }) => values.some((value) => value !== null));
	const sizeTable = targetTable(view, "Size on the disk", "Size", [
		...rows.map(({ label, values }) => ({ label, cells: values.map((value) => valueText(value, "mb")) })),
		{
			label: "Set-up from the lock file (s)",
			cells: all.map((size) => valueText(size?.setup_seconds, "count")),
		},
	]);
	return html`${sizeTable}
		<p>
			What is installed is not the same thing in every runtime: TypeScript's packages and the Bun engine,
			Python's packages without the interpreter, Rust's binary with everything in it.
		</p>`;
}

/** Says `4, of which 2 are left to the run, with a quota of 1.5`. */
function coresText({ cpus, usable_cpus = cpus, cpu_quota = null }: ComparisonFile["machine"]): string {
	const usable = usable_cpus === cpus ? "" : `, of which ${usable_cpus} are left to the run`;
	return `${cpus}${usable}${cpu_quota === null ? "" : `, with a quota of ${numberText(cpu_quota)}`}`;
}

function facts(comparison: ComparisonFile): [string, string][] {
	const { system, machine, database_server: server } = comparison;
	return [
		["System", system.os],
		["Kernel", machine.kernel],
		["Architecture", system.arch],
		["Processor", machine.cpu_model],
		["Cores", coresText(machine)],
		["Memory", `${numberText(system.memory_gb)} GB`],
		["Measured", comparison.timestamp],
		["Profile", comparison.profile],
		["Targets alternate by", comparison.alternate],
		["Seed", String(comparison.seed)],
		["Model delay", `${comparison.model_delay_ms} ms`],
		...(server === undefined
			? []
			: ([
					["Database server", serverText(server)],
					["Its shared_buffers", `${numberText(server.shared_buffers_bytes / BYTES_PER_MB)} MB`],
				] satisfies [string, string][])),
	];
}
