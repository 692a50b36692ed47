/** Readers of the files that users and the contract give. */
import assert from "node:assert/strict";
import { gate } from "../../analysis/change/gate.ts";
import { gateRules } from "../../orchestrator/commands/compare.ts";
import { loadContract } from "../../orchestrator/contract.ts";
import { readJson } from "../../orchestrator/files.ts";
import { loadNames } from "../../orchestrator/targets/names.ts";
import { parseSpecifications } from "../../orchestrator/targets/specification.ts";
import { renderChange } from "../../report/console/change.ts";
import { mockResponsesFile, SCHEMA_VERSION, targetsFile, versionsFile } from "../../shared/types.ts";
import { targets } from "./evidence.ts";
import { furnish, PAGE_EVERY, type Reader, scenarios, shared, slower } from "./fuzz-reader.ts";

export const INPUTS: Reader[] = [
	{
		name: "a scenario file",
		text: JSON.stringify({
			schemaVersion: SCHEMA_VERSION,
			scenarios: scenarios.filter((_, index) => index % 8 === 0),
		}),
		use: (path) => {
			for (const { id } of loadContract({ scenarioFile: path }).scenarios) assert.match(id, /^[a-z0-9-]+$/);
			return [];
		},
	},
	{
		name: "a character file",
		text: shared("character.json"),
		file: "character.json",
		use: (_path, seed, folder) => {
			if (seed % PAGE_EVERY === 0)
				furnish(folder, ".", {
					"scenarios.json": JSON.stringify({
						schemaVersion: SCHEMA_VERSION,
						scenarios: scenarios.slice(0, 1),
					}),
				});
			return [loadContract({ shared: folder }).character.character.name.slice(0, 0)];
		},
	},
	{
		name: "mock answers",
		text: shared("mock-responses.json"),
		use: (path) => [String(readJson(path, mockResponsesFile, "mock answers").schemaVersion)],
	},
	{
		name: "a target file",
		text: shared("targets.json"),
		use: (path) => [String(readJson(path, targetsFile, "target file").targets.length)],
	},
	{
		name: "a list of versions",
		text: shared("versions.json"),
		use: (path) => [String(Object.keys(readJson(path, versionsFile, "list of versions").lists).length)],
	},
	{
		name: "a file of named targets",
		text: JSON.stringify({
			schemaVersion: 1,
			named: { mine: "rust+mimalloc", "a-copy": "python=path:x", "a-version": "typescript@1.0.0" },
		}),
		use: (path, _seed, folder) => {
			const names = loadNames(path, targets);
			for (const name of names.keys()) {
				const { specifications } = parseSpecifications(name, { locked: targets, folder, named: names });
				const [found] = specifications;
				assert.match(found?.id ?? "", /^[a-z0-9-]+$/);
			}
			return [];
		},
	},
	{
		name: "thresholds",
		text: JSON.stringify({
			schemaVersion: 1,
			rules: [
				{ scenario: "*", metric: "*", slower: 0.05 },
				{ scenario: "single-message", metric: "memory_rss_peak_mb", slower: 0 },
			],
		}),
		use: (path, seed) => {
			const judged = gate(slower, gateRules({ thresholds: path }));
			return seed % PAGE_EVERY === 0 ? [renderChange(judged)] : [JSON.stringify(judged.gate)];
		},
	},
];
