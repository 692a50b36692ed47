/** Files of density and soak, as runs leave them, made up of readings without noise. */
import { densityFigures } from "../../analysis/growth/density.ts";
import { soakFigures } from "../../analysis/growth/soak.ts";
import {
	type DensityFile,
	type DensityProcess,
	machine,
	type ReplyCounts,
	SCHEMA_VERSION,
	type SoakFile,
	type SoakProcess,
} from "../../shared/types.ts";
import { BYTES_PER_KB, BYTES_PER_MB } from "../../shared/units.ts";

const MACHINE = machine.parse({
	os: "Linux",
	kernel: "6.1",
	arch: "x64",
	cpuModel: "A processor",
	cpus: 2,
	memoryBytes: 2 ** 34,
});
const HEAD = {
	schemaVersion: SCHEMA_VERSION,
	timestamp: "2026-02-06T10:00:00.000Z",
	machine: MACHINE,
} as const;
const DONE = { kind: "done", words: null } as const;
const right = (count: number): ReplyCounts => ({
	right: count,
	wrong: 0,
	missing: 0,
	raised: 0,
	unanswered: 0,
});

export function densityExample(): DensityFile {
	const process = (seed: number): DensityProcess => ({
		points: [1, 10, 100].map((agents) => ({
			agents,
			memory: { rssBytes: 50 * BYTES_PER_MB + agents * (80 * BYTES_PER_KB + seed), heapBytes: null },
			createNs: [2e6, 1e6],
			messageNs: [1e6],
			replies: right(agents),
			idle: { wallNs: 2e9, cpuNs: 1e6 * agents },
		})),
		allAtOnce: {
			agents: 100,
			wallNs: 1e8,
			rssPeakBytes: null,
			replies: { ...right(99), missing: 1 },
			storedOtherwise: [
				"agent 4 stores 0 of the user, 0 of the agent, most store 2 of the user, 2 of the agent",
			],
		},
		dropped: { elapsedNs: 1e6, memory: { rssBytes: 51 * BYTES_PER_MB, heapBytes: null } },
		end: DONE,
		monitor: null,
	});
	const full = { kind: "memory", words: "occupied 200 MB, more than the limit of 100 MB" } as const;
	const processes = [process(1), process(100), { ...process(50), end: full }];
	const settings = { sizes: [1, 10, 100], processes: 3, idleSeconds: 2, memoryLimitBytes: 1e8 };
	return {
		...HEAD,
		kind: "density",
		settings: { ...settings, scenario: "single-message" },
		targets: [
			{ id: "python", label: "Python", framework: "2.0.0a4", processes, figures: densityFigures(processes) },
		],
		interrupted: true,
	};
}

/** @param perMessage bytes that each message leaves */
export function soakProcessOf(perMessage: number, role: SoakProcess["role"] = "main"): SoakProcess {
	const points = Array.from({ length: 10 }, (_, index) => {
		const messages = 300 * index;
		const heapBytes = 9 * BYTES_PER_MB + Math.round(perMessage * messages + 3000 * Math.sin(99 * index));
		const latency = { messages: 100, totalNs: 1e8, p50Ns: 1e6, p99Ns: 2e6, maxNs: 3e6 };
		const memory = { rssBytes: 2 * heapBytes, heapBytes };
		return { messages, atNs: 1e8 * index, memory, latency: index === 0 ? null : latency };
	});
	const freed = { rssBytes: 50 * BYTES_PER_MB, heapBytes: 9 * BYTES_PER_MB };
	return {
		role,
		points,
		replies: right(2700),
		quiescence:
			role === "second"
				? []
				: [
						{
							messages: 100,
							idle: samples(40, 1e5),
							samples: [...samples(5, 5e6), ...samples(30, 1e5, 5, 25e6)],
							alone: { messages: 3, embeddings: 3 },
							embeddings: 90,
						},
					],
		emptied: role === "main" ? [] : [{ name: "states", records: 2700, memory: freed }],
		sites: null,
		end: DONE,
		monitor: null,
	};
}

export function soakExample(): SoakFile {
	const traced: SoakProcess = {
		...soakProcessOf(0, "second"),
		role: "sites",
		points: [],
		emptied: [],
		sites: {
			messages: 400,
			how: "allocated-at",
			keptBytes: 480_000,
			sites: [
				{ name: "elizaos_plugin/adapter.py:301", bytes: 400_000, objects: 800 },
				{ name: "elizaos/<runtime>.py:7", bytes: 70_000, objects: 10 },
				{ name: "elizaos/small.py:1", bytes: 100, objects: 1 },
			],
		},
	};
	const targets = [1200, 0].map((perMessage, index) => {
		const processes = [soakProcessOf(perMessage), soakProcessOf(perMessage, "second")];
		if (index === 0) processes.push(traced);
		const [id, label] = [
			["python", "Python"],
			["rust", "Rust"],
		][index] as [string, string];
		return { id, label, framework: "2.0.0", processes, figures: soakFigures(processes) };
	});
	return {
		...HEAD,
		kind: "soak",
		settings: { messages: 2700, seconds: null, users: 1, memoryLimitBytes: 1e9 },
		asked: { targets: "python,rust", scenario: "single-message", modelDelayMs: 0 },
		fingerprint: { "shared/character.json": "0" },
		targets,
		differences: [],
		interrupted: false,
	};
}

function samples(count: number, windowNs: number, from = 0, cpuNs = 0) {
	return Array.from({ length: count }, (_, index) => ({
		atNs: 1e8 * (from + index + 1),
		cpuNs: cpuNs + windowNs * (index + 1),
	}));
}
