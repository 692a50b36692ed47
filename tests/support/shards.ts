/** Makes shards of a stored run, as many machines would have measured them. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadContract } from "../../orchestrator/contract.ts";
import { contractDigests } from "../../orchestrator/run/fingerprint.ts";
import { RunStore } from "../../orchestrator/run/store.ts";
import { Random } from "../../shared/random.ts";
import {
	type MeasurementFile,
	type ProcessRecord,
	type RunFile,
	runFile,
	type ShardWay,
} from "../../shared/types.ts";
import { fixtures, RUN, recordOf, scenarioOf, targets, VERSIONS } from "./evidence.ts";
import { faithfulCell, faithfulIteration, faithfulLedger } from "./ledger.ts";

/** Two scenarios, Python and Rust, two blocks; measured by real harnesses. */
export const STORED_RUN = fileURLToPath(new URL("../fixtures/small-run/", import.meta.url));
export const { shared, character } = loadContract({});

export interface ShardOptions {
	by: ShardWay;
	of: number;
	/** Copies of every block, with numbers of their own. */
	copies?: number;
	/** Changes the record of a shard, whose number counts from 1. */
	change?: (record: RunFile, index: number) => RunFile;
	/** Changes a measurement of a shard. */
	measure?: (measurement: MeasurementFile, index: number, row: ProcessRecord) => MeasurementFile;
}

/** @returns the folders of the shards */
export function makeShards(folder: string, { by, of, copies = 1, change, measure }: ShardOptions): string[] {
	const stored = runFile.parse(JSON.parse(readFileSync(join(STORED_RUN, "run.json"), "utf8")));
	const blocks = stored.settings.blocks;
	return Array.from({ length: of }, (_, place) => {
		const index = place + 1;
		const own = join(folder, `shard-${index}`);
		const scenarios =
			by === "scenarios" ? stored.scenarios.filter((_, at) => at % of === place) : stored.scenarios;
		const processes: ProcessRecord[] = [];
		for (const row of stored.processes) {
			if (!scenarios.some(({ id }) => id === row.scenario)) continue;
			for (let copy = 0; copy < (row.role === "verify" ? 1 : copies); copy++) {
				const block = row.block + copy * blocks;
				if (row.role !== "verify" && by === "blocks" && block % of !== place) continue;
				const name = `${row.scenario}/${row.target}.${row.role}-${block}`;
				const named = { ...row, block, file: `measurements/${name}.json`, log: `logs/${name}.log` };
				processes.push(named);
				const found: MeasurementFile = JSON.parse(readFileSync(join(STORED_RUN, row.file ?? ""), "utf8"));
				mkdirSync(join(own, "measurements", row.scenario), { recursive: true });
				writeFileSync(join(own, named.file), JSON.stringify(measure ? measure(found, index, named) : found));
			}
		}
		const record: RunFile = {
			...stored,
			fingerprint: { ...stored.fingerprint, ...contractDigests(shared) },
			settings: { ...stored.settings, blocks: blocks * copies },
			scenarios,
			processes,
			turns: stored.turns.filter(({ scenario }) => scenarios.some(({ id }) => id === scenario)),
			shard: {
				index,
				of,
				by,
				plan: { scenarios: "a", settings: "b" },
				scenarios: stored.scenarios.map(({ id }) => id),
				targets: stored.targets.map(({ id }) => id),
				seed: stored.seed,
			},
		};
		writeRecord(own, change ? change(record, index) : record);
		for (const { id } of record.targets) cpSync(join(STORED_RUN, `${id}.json`), join(own, `${id}.json`));
		return own;
	});
}

export function writeRecord(folder: string, record: unknown): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "run.json"), JSON.stringify(record));
}

export function readRecord(folder: string): RunFile {
	return runFile.parse(JSON.parse(readFileSync(join(folder, "run.json"), "utf8")));
}

/** Makes every time of a measurement so many times longer. */
export function slowDown(measurement: MeasurementFile, factor: number): MeasurementFile {
	const slower = (_: string, value: unknown): unknown => value;
	const text = JSON.stringify(measurement, slower).replace(
		/"(\w*Ns)":(\d+)/g,
		(_, name: string, ns: string) => `"${name}":${Math.round(Number(ns) * factor)}`,
	);
	const copy: MeasurementFile = JSON.parse(text);
	for (const cell of copy.cells)
		for (const iteration of cell.iterations)
			iteration.messageNs = iteration.messageNs.map((ns) => Math.round(ns * factor));
	return copy;
}

export function remove(folder: string): void {
	rmSync(folder, { recursive: true, force: true });
}

/** As many shards as there are blocks, of a scenario of a thousand messages and all targets. */
export function makeLargeShards(folder: string, of: number, iterations: number): string[] {
	const scenario = scenarioOf("burst-1000");
	const messages = scenario.repeat ?? 1;
	const ledger = faithfulLedger(scenario, fixtures);
	const seed = RUN.seed;
	return Array.from({ length: of }, (_, place) => {
		const own = join(folder, `shard-${place + 1}`);
		const random = new Random(place);
		const processes = targets.flatMap((target) =>
			(["verify", "measure"] as const).map((role) => {
				const block = role === "verify" ? 0 : place;
				const { file, log } = RunStore.namesOf({
					scenario: scenario.id,
					target: target.id,
					role,
					block,
					attempt: 1,
				});
				const times = () => Array.from({ length: messages }, () => Math.round(1e6 * (1 + random.next())));
				const phase = Array.from({ length: role === "verify" ? 0 : iterations }, (_, index) => {
					const messageNs = times();
					return faithfulIteration(ledger, { index, messageNs, wallNs: messages * 1_500_000, cpuNs: 1e9 });
				});
				const measurement = {
					schemaVersion: RUN.schemaVersion,
					kind: "measurement",
					runtime: target.runtime,
					versions: VERSIONS,
					modelDelayMs: 0,
					seed,
					importNs: 3e6,
					cells: [faithfulCell(scenario, ledger, phase)],
				};
				mkdirSync(join(own, dirname(file)), { recursive: true });
				writeFileSync(join(own, file), JSON.stringify(measurement));
				return recordOf(target, scenario, { role, block, file, log });
			}),
		);
		const plan = { scenarios: [scenario.id], targets: targets.map(({ id }) => id), plan: { a: "b" } };
		writeRecord(own, {
			...RUN,
			fingerprint: contractDigests(shared),
			settings: { ...RUN.settings, blocks: of },
			scenarios: [scenario],
			processes,
			shard: { index: place + 1, of, by: "blocks", seed, ...plan },
		});
		return own;
	});
}
