/** The entry of the TypeScript harness. It drives the published `@elizaos/core` by the harness contract. */
import { pathToFileURL } from "node:url";
import type { Failure, Scenario } from "../../shared/types.ts";
import { runBatch } from "./batch.ts";
import { type LiveOptions, type Options, parseOptions } from "./cli.ts";
import { now, nsSince, readRssBytes } from "./clocks.ts";
import { type Contract, chooseScenarios, loadContract } from "./contract.ts";
import { readAddress } from "./databases/address.ts";
import { EXIT_UNSUPPORTED, FrameworkError, InputError } from "./failure.ts";
import { setEnvironment } from "./frameworks/environment.ts";
import { completeFramework, type Framework, type FrameworkOptions } from "./frameworks/framework.ts";
import { sendToFramework } from "./frameworks/front-door.ts";
import { CORE, isInstalled } from "./frameworks/packages.ts";
import type { Sender } from "./iteration.ts";
import { makeEmptyCell, writeMeasurement } from "./measurement.ts";
import { writeEvent } from "./protocol.ts";
import { runWorker, waitForFinish } from "./worker.ts";

const EXIT_BAD_INPUT = 2;
const EXIT_BROKEN = 1;

/**
 * @param sender hands a message to the framework, and only tests replace it
 * @returns the exit status
 */
export async function main(argv: string[], sender: Sender = sendToFramework): Promise<number> {
	try {
		const options = parseOptions(argv);
		const { withoutEvaluators, agent, without } = options;
		if (options.live && options.empty) {
			const [contract, scenario] = chooseFirst(options);
			return await (await importLive()).runEmpty(contract, scenario, options);
		}
		const address = readAddress(options.database);
		setEnvironment();
		const importing = now();
		const imported = await tryImport({ withoutEvaluators, address });
		const importNs = nsSince(importing);
		const trial = options.trial ? new (await import("./agents/trial.ts")).Trial(options.eventsFd) : null;
		const framework =
			agent === null || imported instanceof FrameworkError
				? imported
				: await tryLoad(imported, agent, without);
		const [contract, first, scenarios] = chooseFirst(options);
		if (framework instanceof FrameworkError && trial) return trial.fail(framework);
		if (framework instanceof FrameworkError)
			return options.live
				? await (await importLive()).reportNoFramework(describeImportFailure(framework), options)
				: await reportImportFailure(framework, options.worker ? [first] : scenarios, options, importNs);
		const session = {
			framework,
			contract,
			sender,
			modelDelayMs: options.modelDelayMs,
			rssReadyBytes: readRssBytes(),
			nextNumber: 1,
		};
		await framework.database.lasting?.open();
		if (trial) return await trial.run(session, first);
		if (options.live) return await (await importLive()).runLive(session, first, options, importNs);
		return options.worker
			? await runWorker(session, first, options, importNs)
			: await runBatch(session, scenarios, options, importNs);
	} catch (error) {
		if (error instanceof InputError) {
			console.error(`error: ${error.message}`);
			return EXIT_BAD_INPUT;
		}
		console.error(error);
		return EXIT_BROKEN;
	}
}

/** The other modes do without it, and their start is measured. */
function importLive(): Promise<typeof import("./live.ts")> {
	return import("./live.ts");
}

/**
 * @returns the contract, the first scenario and all of them
 * @throws {InputError} if there is no such scenario
 */
function chooseFirst(options: Options | LiveOptions): [Contract, Scenario, Scenario[]] {
	const contract = loadContract(options.shared, options.scenarioFile);
	const boxMs = options.live ? null : options.boxMs;
	const scenarios = chooseScenarios(contract, options.scenarios).map((scenario) =>
		applyTimeBox(scenario, boxMs),
	);
	const [first] = scenarios;
	if (!first) throw new InputError("no scenario was named");
	return [contract, first, scenarios];
}

/**
 * @returns the framework, or the error that it raised
 * @throws {InputError} if it is not installed
 */
async function tryImport(target: FrameworkOptions): Promise<Framework | FrameworkError> {
	try {
		return await completeFramework(await import("@elizaos/core"), target);
	} catch (error) {
		if (error instanceof InputError) throw error;
		if (!isInstalled(CORE))
			throw new InputError(`the package ${CORE} is not installed; ./run.sh sets up typescript/node_modules`);
		return new FrameworkError(error);
	}
}

/** @returns the framework with a user's agent, or the error that the agent's project raised */
async function tryLoad(
	framework: Framework,
	manifest: string,
	without: readonly string[],
): Promise<Framework | FrameworkError> {
	try {
		framework.agent = await (await import("./agents/load.ts")).loadAgent(manifest, without);
		return framework;
	} catch (error) {
		if (error instanceof FrameworkError) return error;
		throw error;
	}
}

/**
 * Marks every cell of a framework that cannot be imported. A worker reports the failure and waits for
 * `finish`.
 * @returns the exit status
 */
async function reportImportFailure(
	error: FrameworkError,
	scenarios: Scenario[],
	options: Options,
	importNs: number,
): Promise<number> {
	const failure = describeImportFailure(error);
	if (options.worker) {
		writeEvent(options.eventsFd, { event: "failed", cmd: "start", failure });
		if (!(await waitForFinish())) return EXIT_BROKEN;
	} else console.log(`import: unsupported, ${failure.type}: ${failure.message}`);
	const cells = scenarios.map(({ id }) => ({
		...makeEmptyCell(id, null),
		status: "unsupported" as const,
		failure,
	}));
	writeMeasurement(options, { importNs, framework: null }, cells);
	if (options.worker) writeEvent(options.eventsFd, { event: "finished" });
	return EXIT_UNSUPPORTED;
}

/**
 * Where a package lacks the file that it promises, the message of Bun's error says that the package cannot be
 * found. What Bun prints names the module, so that text is the message.
 */
function describeImportFailure(error: FrameworkError): Failure {
	const failure = error.toFailure("import");
	const { Bun } = globalThis as { Bun?: { inspect(value: unknown): string } };
	if (!Bun || failure.type !== "ResolveMessage") return failure;
	const [printed = ""] = Bun.inspect(error.original).split("\n");
	return { ...failure, message: printed.replace(/^error: /, "") };
}

/** Puts the time box of the command line into a database scenario. */
function applyTimeBox(scenario: Scenario, boxMs: number | null): Scenario {
	return scenario.database && boxMs !== null
		? { ...scenario, database: { ...scenario.database, boxMs } }
		: scenario;
}

// The framework keeps timers after `stop()`. Without an exit the process would live half a minute longer.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
	process.exit(await main(process.argv.slice(2)));
