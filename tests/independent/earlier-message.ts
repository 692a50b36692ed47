// Times single messages of a version whose bootstrap is a package of its own, without any code of the harness: one
// fresh runtime and one message for every line on stdin, the nanoseconds on stdout. Its argument is the folder in
// which the version is installed.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

process.env.LOG_LEVEL = process.env.DEFAULT_LOG_LEVEL = "fatal";
const { Bun } = globalThis as unknown as { Bun: { resolveSync(name: string, folder: string): string } };
const load = (name: string) => import(Bun.resolveSync(name, process.argv[2] ?? ""));
const { AgentRuntime, ModelType } = await load("@elizaos/core");
const { bootstrapPlugin } = await load("@elizaos/plugin-bootstrap");
const { InMemoryDatabaseAdapter } = await load("eliza-in-memory-database");

const [agentId, world, room, user] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const answer =
	"<response><thought>Yes.</thought><actions>REPLY</actions><providers></providers><text>Fine.</text></response>";
const mock = {
	name: "independent-mock",
	description: "answers at once",
	models: {
		[ModelType.TEXT_LARGE]: async () => answer,
		[ModelType.TEXT_EMBEDDING]: async () => new Array(384).fill(0),
	},
};
const shared = JSON.parse(
	readFileSync(new URL("../../shared/contract/character.json", import.meta.url), "utf8"),
);
const settings = { ALWAYS_RESPOND_CHANNELS: "GROUP", SHOULD_RESPOND_BYPASS_TYPES: "GROUP" };
const character = { ...shared.character, settings, templates: {}, plugins: [], secrets: {} };

async function startRuntime(number: string) {
	const adapter = new InMemoryDatabaseAdapter();
	const runtime = new AgentRuntime({ agentId, character, adapter, plugins: [bootstrapPlugin, mock] });
	await runtime.initialize();
	const serverId = `20000000-0000-4000-8000-${number.padStart(12, "0")}`;
	const server = { serverId, messageServerId: serverId };
	await runtime.createWorld({ id: world, name: "w", agentId, ...server });
	const group = { id: room, name: "r", agentId, source: "test", type: "GROUP", worldId: world, ...server };
	await runtime.createRoom(group);
	await runtime.createEntities([{ id: user, names: ["User"], agentId, metadata: {} }]);
	await runtime.addParticipantsRoom([user, agentId], room);
	// Services start a turn of the event loop later.
	await new Promise((resolve) => setTimeout(resolve, 2));
	return runtime;
}

/** @returns nanoseconds */
async function send(runtime: InstanceType<typeof AgentRuntime>, number: string): Promise<bigint> {
	const id = `10000000-0000-4000-8000-${number.padStart(12, "0")}`;
	const content = { text: "Hello BenchmarkAgent, how are you?", source: "test" };
	const message = { id, agentId, entityId: user, roomId: room, content, createdAt: Date.now() };
	let reply = "";
	const callback = async (response: { text?: string; responseId?: string }) => {
		reply += response.text;
		const stored = { id: response.responseId, entityId: agentId, agentId, roomId: room, content: response };
		await runtime.createMemory({ ...stored, createdAt: Date.now() }, "messages");
		return [];
	};
	const started = process.hrtime.bigint();
	if (runtime.messageService) await runtime.messageService.handleMessage(runtime, message, callback);
	else await runtime.emitEvent("MESSAGE_RECEIVED", { runtime, message, callback, source: "test" });
	const elapsed = process.hrtime.bigint() - started;
	if (reply !== "Fine.") throw new Error(`answered ${reply}`);
	return elapsed;
}

for await (const line of createInterface({ input: process.stdin })) {
	const runtime = await startRuntime(line);
	process.stdout.write(`${await send(runtime, line)}\n`);
	await runtime.stop();
}
process.exit(0);
