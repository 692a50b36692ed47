/**
 * The harness with a runtime that leaves out, repeats or misplaces a part of its work. It takes `--fault NAME`
 * beside the usual options, and lies beside a target's own harness when it is run.
 */
import type { Content, Memory } from "@elizaos/core";
import { main } from "../src/bench.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";
import type { OutgoingMessage } from "../src/iteration.ts";

/** Changes what is sent, or the runtime that it is sent to. It is called before every message. */
type Fault = (outgoing: OutgoingMessage) => OutgoingMessage;

/** Replaces the storing of the agent's messages. */
function changeReplies(
	outgoing: OutgoingMessage,
	change: (memory: Memory) => Memory | null,
): OutgoingMessage {
	const { runtime } = outgoing;
	const store = runtime.createMemory.bind(runtime);
	runtime.createMemory = async (memory, ...rest) => {
		const changed = memory.entityId === runtime.agentId ? change(memory) : memory;
		return changed === null ? (memory.id as NonNullable<Memory["id"]>) : await store(changed, ...rest);
	};
	return outgoing;
}

const FAULTS: Record<string, Fault> = {
	"no-memory": (outgoing) => changeReplies(outgoing, () => null),
	"other-room": (outgoing) =>
		changeReplies(outgoing, (memory) => ({ ...memory, roomId: memory.agentId ?? memory.roomId })),
	twice: ({ callback, ...outgoing }) => ({
		...outgoing,
		callback: async (content: Content) => [...(await callback(content)), ...(await callback({ ...content }))],
	}),
	"no-decision": (outgoing) => {
		const decision = { shouldRespond: true, skipEvaluation: true, reason: "always" };
		Object.assign(outgoing.runtime.messageService ?? {}, { shouldRespond: () => decision });
		return outgoing;
	},
	"no-handler": (outgoing) => {
		const { actions } = outgoing.runtime;
		const at = actions.findIndex(({ name }) => name === "BENCH_ACTION");
		if (at >= 0) actions.splice(at, 1);
		return outgoing;
	},
};

const argv = process.argv.slice(2);
const at = argv.indexOf("--fault");
const [, name = ""] = at < 0 ? [] : argv.splice(at, 2);
const fault = FAULTS[name];
if (!fault) throw new Error(`--fault takes one of ${Object.keys(FAULTS).join(", ")}`);
process.exit(await main(argv, (outgoing) => sendToFramework(fault(outgoing))));
