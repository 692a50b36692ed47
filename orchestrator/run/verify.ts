/** Verifies a cell: before it is timed, a process of its own runs it once with everything recorded. */
import { type Judgement, judge, judgeOwnWork } from "../../analysis/cell/verification.ts";
import type {
	CharacterFile,
	MeasurementFile,
	ProcessRecord,
	Reason,
	Scenario,
	Target,
	WorkLedger,
} from "../../shared/types.ts";
import { CellProcess } from "./cell.ts";
import type { RunContext } from "./worker-options.ts";

export interface Verification {
	target: Target;
	/** The records of all attempts. The last one decides. */
	records: ProcessRecord[];
	ledger: WorkLedger | null;
	judgement: Judgement | { status: "unsupported" | "failed"; reasons: Reason[] };
}

/** A process that is lost is tried once more. */
export async function verifyCell(
	context: RunContext,
	scenario: Scenario,
	target: Target,
	fixtures: CharacterFile["fixtures"],
): Promise<Verification> {
	const records: ProcessRecord[] = [];
	for (let attempt = 1; ; attempt++) {
		const place = { role: "verify" as const, block: 0, attempt };
		const cell = await CellProcess.start(context, scenario, target, place);
		try {
			await cell.ready();
			await cell.step((worker) => worker.command({ cmd: "verify" }));
			await cell.finish();
		} finally {
			await cell.kill();
		}
		records.push(cell.record);
		if (cell.record.problem !== null && attempt === 1 && !context.stop.requested) continue;
		return conclude(scenario, target, records, cell.measurement, fixtures);
	}
}

/** Concludes from the last attempt what the cell can do. */
export function conclude(
	scenario: Scenario,
	target: Target,
	records: ProcessRecord[],
	measurement: MeasurementFile | null,
	fixtures: CharacterFile["fixtures"],
): Verification {
	const without = (status: "unsupported" | "failed", reason: Reason): Verification => ({
		target,
		records,
		ledger: null,
		judgement: { status, reasons: [reason] },
	});
	const last = records.at(-1);
	if (!last) throw new RangeError("no attempt to conclude from");
	if (last.problem !== null) return without("failed", { kind: "process", problem: last.problem });
	if (last.failure !== null) {
		const { type, message } = last.failure;
		return without("unsupported", { kind: "framework-error", type, message });
	}
	const recorded = measurement?.cells[0]?.ledger ?? null;
	if (recorded === null)
		return without("failed", { kind: "process", problem: "verified, but recorded no ledger" });
	const ledger = withTraffic(recorded, last);
	const judgeWork = target.agent ? judgeOwnWork : judge;
	return { target, records, ledger, judgement: judgeWork(scenario, fixtures, ledger) };
}

/** What went to the database server is counted between the two, and never taken from a harness. */
function withTraffic(recorded: WorkLedger, { databaseTraffic }: ProcessRecord): WorkLedger {
	const { databaseTraffic: _, ...ledger } = recorded;
	return databaseTraffic === undefined ? ledger : { ...ledger, databaseTraffic };
}
