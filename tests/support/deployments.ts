/** What was measured of a deployment, made up: every kind of figure, and targets that lack some of them. */
import type { Deployment } from "../../analysis/load/deployment.ts";
import { loadReport } from "../../analysis/load/report.ts";
import type { LoadFile, LoadPhase } from "../../shared/types.ts";
import { densityExample, soakExample } from "./growth-files.ts";
import { madeLoadFile } from "./made-load.ts";

/** The targets of the made load, as those of a run. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
	flat: ["python", "Python"],
	growing: ["rust", "Rust"],
	disturbed: ["rust-postgres", "Rust on PostgreSQL"],
	lost: ["python-postgres", "Python on PostgreSQL"],
};

export function deploymentExample(): Deployment {
	const file = named(madeLoadFile());
	return {
		load: loadReport(file),
		conversations: loadReport(asConversations(file)),
		density: densityExample(),
		soak: soakExample(),
		parts: [
			{ name: "main", exitStatus: 0, problem: null },
			{ name: "load", exitStatus: 1, problem: null },
			{ name: "conversations", exitStatus: 0, problem: null },
			{ name: "density", exitStatus: 1, problem: "the disk is <full>" },
			{ name: "soak", exitStatus: 130, problem: null },
		],
	};
}

function named(file: LoadFile): LoadFile {
	const of = (id: string) => NAMES[id] ?? [id, id];
	return {
		...file,
		targets: file.targets.map((target) => ({ ...target, id: of(target.id)[0], label: of(target.id)[1] })),
		processes: file.processes.map((process) => ({ ...process, target: of(process.target)[0] })),
	};
}

/** The same messages, as if users who wait and think had sent them. */
function asConversations(file: LoadFile): LoadFile {
	const { settings, targets, processes } = file;
	const closed = (phase: LoadPhase): LoadPhase => {
		if (phase.plan.kind !== "open") return phase;
		const conversations = Math.round(2 * phase.plan.perSecond);
		return { ...phase, plan: { kind: "closed", conversations, thinkMs: 1000, seconds: 4 } };
	};
	const isAsked = ({ purpose }: LoadPhase) => ["growth", "search", "half", "until"].includes(purpose);
	return {
		...file,
		settings: { ...settings, conversations: "search", modelDelayMs: 1000 },
		targets: targets.slice(0, 2),
		processes: processes
			.filter(({ target, empty }) => ["python", "rust"].includes(target) && !empty)
			.map((process) => ({ ...process, phases: process.phases.filter(isAsked).map(closed) })),
	};
}
