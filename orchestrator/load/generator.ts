/**
 * The generator is a process of its own, so that its lateness is its own and never the runtime's. It starts
 * the worker, sends the messages and hears the answers. It does what the orchestrator asks (protocol.ts)
 * and ends, with its worker, when the orchestrator does.
 */
import { EXIT, messageOf } from "../errors.ts";
import { LiveWorker, type MessageAnswer } from "../live/live-worker.ts";
import { MemoryGuard } from "../live/memory-guard.ts";
import { Watchdog } from "../process/watchdog.ts";
import { FrameworkFailure, WorkerProblem } from "../process/worker.ts";
import { runPhase } from "./phase-runner.ts";
import type { Answer, Order, Request, StartOrder } from "./protocol.ts";

const watchdog = new Watchdog();
const stop = { requested: false };
let listener: (answer: MessageAnswer) => void = () => {};
let worker: LiveWorker | null = null;
let guard: MemoryGuard | null = null;

process.on("message", (request: Request) => {
	if ("stop" in request) stop.requested = true;
	else void answer(request.id, request.order);
});
process.on("disconnect", () => void end());
// Ctrl-C is the orchestrator's.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});

async function answer(id: number, order: Order): Promise<void> {
	try {
		say({ id, result: await obey(order) });
	} catch (error) {
		if (error instanceof FrameworkFailure) say({ id, failure: error.failure });
		else if (error instanceof WorkerProblem) say({ id, problem: await wordsOf(error) });
		else say({ id, error: error instanceof Error ? (error.stack ?? error.message) : messageOf(error) });
	}
}

async function obey(order: Order): Promise<unknown> {
	if (order.do === "start") return start(order.start);
	if (worker === null) throw new RangeError("no worker has been started");
	switch (order.do) {
		case "agent":
			// A fresh agent, on a fresh database.
			await worker.drop();
			await worker.agents(1);
			return worker.users(0, order.users, order.history);
		case "stored":
			return (await worker.stored(0)).fromUser;
		case "run": {
			const report = await runPhase({ worker, listen, stop }, order.run);
			if (worker.problem === null) return { report, problem: null };
			return { report, problem: await wordsOf(worker.problem) };
		}
		case "finish":
			return worker.finish();
	}
}

async function start({ commandTimeoutMs, memoryBytes, ...options }: StartOrder): Promise<number | null> {
	const started = new LiveWorker({
		...options,
		timeoutMs: commandTimeoutMs,
		watchdog,
		onAnswer: (answer) => listener(answer),
	});
	worker = started;
	if (started.pid !== undefined) {
		say({ workerPid: started.pid });
		const watch = new MemoryGuard(started.pid, memoryBytes, () => void started.kill());
		void started.lost.then(() => watch.close());
		guard = watch;
	}
	await started.ready();
	return started.spawnToReadyNs;
}

function listen(next: (answer: MessageAnswer) => void): void {
	listener = next;
}

/** Says what went wrong, with the end of the log. */
async function wordsOf({ message }: WorkerProblem): Promise<string> {
	const words = guard?.reached ? `${guard.reached}, and was ended` : message;
	await worker?.kill();
	const tail = worker?.logTail() ?? "";
	return tail === "" ? words : `${words}; its log ends: ${tail}`;
}

async function end(): Promise<void> {
	await worker?.kill();
	await watchdog.close();
	process.exit(EXIT.done);
}

function say(answer: Answer): void {
	process.send?.(answer);
}
