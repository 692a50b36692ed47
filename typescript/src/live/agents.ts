/** The agents that a live harness holds, with their users and what is sent to them. */
import type { Scenario } from "../../../shared/types.ts";
import { type Agent, startAgent } from "../agent.ts";
import { now, nsSince } from "../clocks.ts";
import type { Contract } from "../contract.ts";
import {
	addUsers,
	buildMemory,
	inGroups,
	MESSAGES,
	seedDatabase,
	storeHistory,
	type World,
} from "../database-setup.ts";
import { callFramework, InputError } from "../failure.ts";
import { fillOnce } from "../filling.ts";
import { forgetCaches } from "../frameworks/caches.ts";
import type { Framework } from "../frameworks/framework.ts";
import { type OutgoingMessage, settle } from "../iteration.ts";
import { type Id, insertNumber, makeId, makeMessageId, varyId } from "../messages.ts";
import type { MockLlm } from "../mock-llm-plugin.ts";
import { Stores } from "./stores.ts";

/** A user with the room that nobody else is in. */
interface User {
	number: number;
	entityId: Id;
	roomId: Id;
}

/** The prefixes of an agent's ids. */
interface Prefixes {
	entity: string;
	room: string;
	history: string;
	member: string;
}

interface LiveAgent extends Agent {
	world: World;
	prefixes: Prefixes;
	/** So many users and older memories it knows. */
	users: number;
	history: number;
}

/** As many connections as the published plugin's pool has. */
const AT_ONCE_ON_A_SERVER = 20;

/** What every agent is made from. */
export interface Recipe {
	framework: Framework;
	contract: Contract;
	scenario: Scenario;
	mock: MockLlm;
}

/** A message with the agent that it is for. */
export type AddressedMessage = Pick<OutgoingMessage, "runtime" | "message">;

/** Times in nanoseconds. */
export interface AgentTimes {
	constructNs: number;
	initializeNs: number;
	seedNs: number;
}

export class LiveAgents {
	readonly stores = new Stores();
	readonly #recipe: Recipe;
	#agents: LiveAgent[] = [];

	constructor(recipe: Recipe) {
		this.#recipe = recipe;
	}

	get all(): readonly Agent[] {
		return this.#agents;
	}

	/** Makes one more agent, which knows user 0. */
	async make(): Promise<AgentTimes> {
		const { framework, contract, scenario, mock } = this.#recipe;
		const { fixtures } = contract;
		const number = this.#agents.length;
		const agentId = makeId(fixtures.liveAgentIdPrefix, number);
		const prefixes = this.#choosePrefixes(number);
		const user = makeUser(prefixes, 0);
		// Some versions keep worlds and servers in their modules, for all agents.
		const world = { id: varyId(fixtures.worldId as Id, number), number };
		forgetCaches(framework, { agentId, worldId: world.id, rooms: [user.roomId] });
		const { lasting } = framework.database;
		if (lasting && number === 0) await lasting.clear();
		const agent = await startAgent(framework, contract, scenario, mock, null, agentId);
		await settle();
		this.stores.noteBefore(agent);
		const members = Array.from({ length: scenario.config.members ?? 0 }, (_, index) =>
			makeId(prefixes.member, index),
		);
		const { entityId, roomId } = user;
		const plan = { messages: [{ ...user, text: "" }], rooms: [roomId], entities: [entityId], members };
		const seeding = now();
		await seedDatabase(agent, framework, contract, plan, world);
		const seedNs = nsSince(seeding);
		this.#agents.push({ ...agent, world, prefixes, users: 1, history: 0 });
		return { constructNs: agent.constructNs, initializeNs: agent.initializeNs, seedNs };
	}

	/** @param history the number of older memories, in the rooms of these users in turn */
	async addUsers(number: number, count: number, history: number): Promise<void> {
		const { framework, contract } = this.#recipe;
		const agent = this.#find(number);
		const users = Array.from({ length: count }, (_, user) => makeUser(agent.prefixes, user));
		const added = users.slice(agent.users);
		if (added.length > 0) await addUsers(agent, framework, contract, agent.world, added, this.#atOnce);
		agent.users = Math.max(agent.users, count);
		if (history > agent.history) await this.#addHistory(agent, users, history);
	}

	async #addHistory(agent: LiveAgent, users: User[], history: number): Promise<void> {
		const { framework, contract } = this.#recipe;
		const { agentId, adapter, prefixes, history: from } = agent;
		const common = { agentId, rooms: users, atOnce: this.#atOnce };
		const plan = { ...common, idPrefix: prefixes.history, from, to: history };
		const store = () => storeHistory(adapter, contract, plan);
		const rows = {
			name: `history_${history}_of_${users.length}_users_of_agent_${agent.world.number}`,
			idPrefix: prefixes.history,
			count: history,
			ageOfNewestMs: contract.fixtures.historyIntervalMs,
		};
		const { lasting } = framework.database;
		await (lasting && from === 0 ? fillOnce(lasting, { rows, store }) : store());
		agent.history = history;
	}

	/**
	 * Builds what a user says.
	 * @throws {InputError} if there is no such agent or user
	 */
	address(number: number, id: number, user: number): AddressedMessage {
		const { contract } = this.#recipe;
		const agent = this.#find(number);
		if (user >= agent.users)
			throw new InputError(`agent ${number} has no user ${user}: send 'users' with a larger count first`);
		const { entityId, roomId } = makeUser(agent.prefixes, user);
		const message = buildMemory(contract, {
			id: makeMessageId(number, id),
			agentId: agent.agentId,
			entityId,
			roomId,
			text: insertNumber(contract.fixtures.liveMessage, id + 1),
			createdAt: Date.now(),
		});
		return { runtime: agent.runtime, message };
	}

	/** Counts the memories of each user's room by author, without seeded ones. */
	async countStored(number: number): Promise<{ fromUser: number[]; fromAgent: number[] }> {
		const { adapter, agentId, users, prefixes } = this.#find(number);
		const all = Array.from({ length: users }, (_, user) => makeUser(prefixes, user));
		const counts = { fromUser: all.map(() => 0), fromAgent: all.map(() => 0) };
		await inGroups(all, this.#atOnce, async ({ number: user, entityId: userId, roomId }) => {
			const found = await callFramework(() => adapter.getMemories({ tableName: MESSAGES, roomId }));
			const sent = found.filter(({ id }) => !id?.startsWith(prefixes.history));
			counts.fromUser[user] = sent.filter(({ entityId }) => entityId === userId).length;
			counts.fromAgent[user] = sent.filter(({ entityId }) => entityId === agentId).length;
		});
		return counts;
	}

	/** Stops every agent and waits for what they leave to a database that outlives them. */
	async drop(): Promise<void> {
		const { framework } = this.#recipe;
		const agents = this.#agents;
		this.#agents = [];
		for (const { runtime } of agents) await callFramework(() => runtime.stop());
		await framework.database.lasting?.settle();
	}

	/** A server does many things at a time. */
	get #atOnce(): number {
		return this.#recipe.framework.database.lasting ? AT_ONCE_ON_A_SERVER : 1;
	}

	#find(number: number): LiveAgent {
		const agent = this.#agents[number];
		if (agent) return agent;
		throw new InputError(`there is no agent ${number}: ${this.#agents.length} are alive`);
	}

	/** Agents that share a database share no user, no room and no memory. */
	#choosePrefixes(agent: number): Prefixes {
		const { framework, contract } = this.#recipe;
		const { entityIdPrefix, roomIdPrefix, historyIdPrefix, memberIdPrefix } = contract.fixtures;
		const own = (prefix: string) => (framework.database.lasting ? varyId(prefix, agent) : prefix);
		return {
			entity: own(entityIdPrefix),
			room: own(roomIdPrefix),
			history: own(historyIdPrefix),
			member: own(memberIdPrefix),
		};
	}
}

function makeUser({ entity, room }: Prefixes, number: number): User {
	return { number, entityId: makeId(entity, number), roomId: makeId(room, number) };
}
