/** Gives a process of a target on a database server a database of its own, as its harness needs it. */
import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { type Failure, goesInSteps, needsServer, type Scenario, type Target } from "../../shared/types.ts";
import { environmentOf, type ProcessDatabase } from "../database/databases.ts";
import { ServerProblem } from "../database/managed-server.ts";
import { FrameworkFailure, Worker, WorkerProblem } from "../process/worker.ts";
import { type RunContext, workerOptions } from "./worker-options.ts";

/** What came of it. Without a database the process is not started. */
export interface CellDatabase {
	database: ProcessDatabase | null;
	failure: Failure | null;
	problem: string | null;
}

/** The database of a target that needs no server is part of its process. */
const NO_SERVER: CellDatabase = { database: null, failure: null, problem: null };

/**
 * @param counts whether what passes between harness and server is counted
 * @throws {UserError} when the disk is full
 */
export async function prepareDatabase(
	context: RunContext,
	scenario: Scenario,
	target: Target,
	counts: boolean,
): Promise<CellDatabase> {
	if (!needsServer(target)) return NO_SERVER;
	if (context.databases === null) throw new RangeError(`no server was started for ${target.id}`);
	const fill = (url: string) => seed(context, scenario, target, url);
	try {
		const database = await context.databases.make(contentKey(scenario, target), fill, counts);
		return { database, failure: null, problem: null };
	} catch (error) {
		if (error instanceof FrameworkFailure) return { database: null, failure: error.failure, problem: null };
		if (error instanceof WorkerProblem || error instanceof ServerProblem)
			return { database: null, failure: null, problem: error.message };
		throw error;
	}
}

/** Names what a harness finds in a new database: scenarios without history find the same. */
function contentKey({ config, database }: Scenario, { id }: Target): string {
	const records = database?.records ?? 0;
	const rooms = records > 0 ? (database?.rooms ?? 0) : 0;
	return JSON.stringify([id, config.history, records, rooms]);
}

/** No message is needed for it, and some take long. */
async function fillDatabase(worker: Worker, scenario: Scenario): Promise<void> {
	if (!goesInSteps(scenario)) {
		await worker.command({ cmd: "cold" });
		return;
	}
	await worker.command({ cmd: "begin", phase: "warmup" });
	await worker.command({ cmd: "end" });
}

/**
 * Has the harness make its tables in an empty database and store what the scenario begins with. It runs once,
 * as a process that is measured begins, and its figures are thrown away.
 */
async function seed(context: RunContext, scenario: Scenario, target: Target, url: string): Promise<void> {
	const { store } = context;
	const { file, log } = store.templatePaths(scenario.id, target.id);
	const launch = context.launch(target, "measure");
	const options = workerOptions(context, scenario, {
		launch: { ...launch, env: { ...launch.env, ...environmentOf(url) } },
		file,
		log,
	});
	const worker = store.guard(() => {
		mkdirSync(dirname(file), { recursive: true });
		return new Worker(options);
	});
	try {
		await worker.ready();
		await fillDatabase(worker, scenario);
		await worker.finish();
	} catch (error) {
		if (!(error instanceof WorkerProblem)) throw error;
		await worker.kill();
		store.requireSpace();
		const tail = worker.logTail();
		throw new WorkerProblem(
			`while its database was prepared it ${error.message}${tail === "" ? "" : `; its log ends: ${tail}`}`,
		);
	} finally {
		await worker.kill();
		rmSync(file, { force: true });
	}
}
