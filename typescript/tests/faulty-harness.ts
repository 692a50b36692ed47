/** The harness with a fault built in, for tests of the benchmark: the same command line and `--fault NAME`. */
import { writeSync } from "node:fs";
import type { Content } from "@elizaos/core";
import { main } from "../src/bench.ts";
import { type Outgoing, type Sender, sendToFramework } from "../src/scenarios.ts";

const EVENTS_FD = 3;
const DUMMY_PREFIX = "BENCH_PROVIDER_";

function atFirstPlainMessage(fault: (outgoing: Outgoing) => Promise<void>): Sender {
	let done = false;
	return async (outgoing) => {
		if (outgoing.phase === "plain" && !done) {
			done = true;
			await fault(outgoing);
		}
		return await sendToFramework(outgoing);
	};
}

const slowed = new WeakSet<object>();

/** The first dummy provider computes this much longer: a framework's change for the worse, of a known size. */
function slowProvider(microseconds: number): Sender {
	return async (outgoing) => {
		const { runtime } = outgoing;
		const provider = runtime.providers.find(({ name }) => name.startsWith(DUMMY_PREFIX));
		if (provider && !slowed.has(runtime)) {
			slowed.add(runtime);
			const get = provider.get;
			provider.get = async (...args) => {
				const until = performance.now() + microseconds / 1000;
				while (performance.now() < until) {}
				return await get.apply(provider, args);
			};
		}
		return await sendToFramework(outgoing);
	};
}

const FAULTS: Record<string, Sender> = {
	"drop-reply": (outgoing) => sendToFramework(outgoing.index % 2 === 0 ? outgoing : { ...outgoing, callback: async () => [] }),
	stub: async ({ callback, scenario }) => {
		for (const text of scenario.expect.replies) await callback({ text } as Content);
		return { didRespond: true };
	},
	crash: atFirstPlainMessage(async () => {
		process.kill(process.pid, "SIGKILL");
		await new Promise(() => {});
	}),
	hang: atFirstPlainMessage(() => new Promise(() => {})),
	garbage: atFirstPlainMessage(async () => {
		writeSync(EVENTS_FD, "this is not an event\n");
	}),
};

const argv = process.argv.slice(2);
const at = argv.indexOf("--fault");
const [, microseconds] = /^slow-provider:(\d+)$/.exec(argv[at + 1] ?? "") ?? [];
const fault = microseconds === undefined ? FAULTS[argv[at + 1] ?? ""] : slowProvider(Number(microseconds));
if (at < 0 || !fault) {
	console.error(`error: --fault takes one of ${Object.keys(FAULTS).join(", ")}, slow-provider:MICROSECONDS`);
	process.exit(2);
}
process.exit(await main([...argv.slice(0, at), ...argv.slice(at + 2)], fault));
