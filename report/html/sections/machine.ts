/** Versions, sizes, machine. */
import { numberText, valueText } from "../../text/units.ts";
import { html, type Markup } from "../markup.ts";
import { DASH, scrolling, section, targetTable } from "../parts.ts";
import type { View } from "../view.ts";

const BYTES_PER_MB = 1024 ** 2;

const VERSIONS = [
	["framework", "Framework"],
	["database", "Database plugin"],
	["language", "Language"],
	["engine", "Engine"],
	["build", "Build"],
	["lock_digest", "Lock file, SHA-256"],
] as const;

const SIZES = [
	["framework_bundle_bytes", "Framework bundle (MB)"],
	["minified_bundle_bytes", "Minified bundle (MB)"],
	["binary_bytes", "Binary (MB)"],
	["installed_bytes", "Installed (MB)"],
] as const;

export function machine(view: View): Markup {
	const { comparison, targets } = view;
	const { system, machine: host } = comparison;
	const facts: [string, string][] = [
		["System", system.os],
		["Kernel", host.kernel],
		["Architecture", system.arch],
		["Processor", host.cpu_model],
		["Cores", String(system.cpus)],
		["Memory", `${numberText(system.memory_gb)} GB`],
		["Measured", comparison.timestamp],
		["Profile", comparison.profile],
		["Turns of", comparison.alternate],
		["Seed", String(comparison.seed)],
		["Model delay", `${comparison.model_delay_ms} ms`],
	];
	return section(
		"machine",
		"Versions, sizes, machine",
		targetTable(view, "Versions", "Version", [
			{ label: "Runtime", cells: targets.map(({ about }) => about.runtime) },
			...VERSIONS.map(([field, label]) => ({
				label,
				cells: targets.map(
					({ about }) => html`<span class="words">${about.versions ? about.versions[field] : DASH}</span>`,
				),
			})),
		]),
		targets.some(({ about }) => about.size !== null) &&
			targetTable(view, "Size on the disk", "Size", [
				...SIZES.flatMap(([field, label]) => {
					const values = targets.map(({ about }) => about.size?.[field] ?? null);
					return values.every((value) => value === null)
						? []
						: [
								{
									label,
									cells: values.map((value) => valueText(value === null ? null : value / BYTES_PER_MB, "mb")),
								},
							];
				}),
				{
					label: "Set-up from the lock file (s)",
					cells: targets.map(({ about }) => valueText(about.size?.setup_seconds, "mb")),
				},
			]),
		scrolling(
			"Machine",
			html`<table class="facts"><caption>Machine and settings</caption><tbody>${facts.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`)}</tbody></table>`,
		),
	);
}
