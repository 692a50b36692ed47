// Times single messages without any code of the harness: one fresh runtime and one message for every line on
// stdin, the nanoseconds on stdout. Its argument is the folder in which the version is installed. With a number
// after it: sends so many messages to one runtime, and writes the bytes of the process's peak memory.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

process.env.LOG_LEVEL = "fatal";
const { Bun } = globalThis as unknown as { Bun: { resolveSync(name: string, folder: string): string } };
const { AgentRuntime, ChannelType, InMemoryDatabaseAdapter, ModelType } = await import(
	Bun.resolveSync("@elizaos/core", process.argv[2] ?? "")
);
const [agentId, world, room, user] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const answer =
	"<response><thought>Yes.</thought><actions>REPLY</actions><providers></providers><text>Fine.</text><simple>true</simple></response>";
const isSelection = /Decide whether (any providers should be called|the assistant should consult)/;
const mock = {
	name: "independent-mock",
	description: "answers at once",
	models: {
		[ModelType.TEXT_LARGE]: async (_runtime: unknown, { prompt }: { prompt: string }) =>
			isSelection.test(prompt) ? '{"providers":[],"useKnowledgeProviders":false}' : answer,
		...(ModelType.ACTION_PLANNER ? { [ModelType.ACTION_PLANNER]: async () => answer } : {}),
		[ModelType.TEXT_EMBEDDING]: async () => new Array(384).fill(0),
	},
};
const shared = JSON.parse(
	readFileSync(new URL("../../shared/contract/character.json", import.meta.url), "utf8"),
);
const character = { ...shared.character, templates: {}, plugins: [], secrets: {} };

async function startRuntime() {
	const runtime = new AgentRuntime({
		agentId,
		character,
		adapter: new InMemoryDatabaseAdapter(),
		plugins: [mock],
		checkShouldRespond: false,
		// Later versions have features that an in-memory database fails.
		enableTrajectories: false,
		enableRelationships: false,
		enableKnowledge: false,
	});
	await runtime.initialize();
	await runtime.createWorld({ id: world, name: "w", agentId, messageServerId: world });
	await runtime.createRoom({
		id: room,
		name: "r",
		agentId,
		source: "test",
		type: ChannelType.GROUP,
		worldId: world,
	});
	await runtime.createEntities([{ id: user, names: ["User"], agentId, metadata: {} }]);
	const participants = [user, agentId];
	if (runtime.createRoomParticipants) await runtime.createRoomParticipants(participants, room);
	else await runtime.addParticipantsRoom(participants, room);
	return runtime;
}

/** @returns nanoseconds */
async function send(runtime: InstanceType<typeof AgentRuntime>, number: string | number): Promise<bigint> {
	const id = `10000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
	const content = { text: "Hello BenchmarkAgent, how are you?", source: "test" };
	const message = { id, agentId, entityId: user, roomId: room, content, createdAt: Date.now() };
	let reply = "";
	const started = process.hrtime.bigint();
	await runtime.messageService.handleMessage(runtime, message, async (response: { text?: string }) => {
		reply += response.text;
		return [];
	});
	const elapsed = process.hrtime.bigint() - started;
	if (reply !== "Fine.") throw new Error(`answered ${reply}`);
	return elapsed;
}

const burst = Number(process.argv[3] ?? 0);
if (burst > 0) {
	const runtime = await startRuntime();
	for (let number = 0; number < burst; number++) await send(runtime, number);
	const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
	process.stdout.write(`${Number(kilobytes) * 1024}\n`);
	process.exit(0);
}

for await (const line of createInterface({ input: process.stdin })) {
	const runtime = await startRuntime();
	process.stdout.write(`${await send(runtime, line)}\n`);
	await runtime.stop();
}
process.exit(0);
