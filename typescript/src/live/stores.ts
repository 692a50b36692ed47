/**
 * What the framework keeps for as long as an agent lives. A store is a collection that is a property of the
 * runtime or of its database and has grown since the agent was ready. What has not grown, such as the list of
 * models, is no store. So they are found without knowing a version's names.
 */
import type { Agent } from "../agent.ts";

type List = Map<unknown, unknown> | Set<unknown> | unknown[];
type Collection = List | Record<string, unknown>;

type Subject = Pick<Agent, "runtime" | "adapter">;

export class Stores {
	/** The number of records when an agent was ready. All agents are made alike, so one stands for all. */
	#before: Map<string, number> | null = null;
	/** A store that is empty again is one all the same. */
	readonly #names = new Set<string>();

	/** Is called when an agent has just been initialized. */
	noteBefore(agent: Subject): void {
		this.#before ??= new Map(
			listCollections(agent).map(({ name, content }) => [name, countRecords(content)]),
		);
	}

	/** Lists the stores with their number of records in all agents. */
	list(agents: readonly Subject[]): { name: string; records: number }[] {
		const totals = new Map<string, number>();
		for (const agent of agents)
			for (const { name, content } of listCollections(agent)) {
				const records = countRecords(content);
				totals.set(name, (totals.get(name) ?? 0) + records);
				if (this.#hasGrown(name, content, records)) this.#names.add(name);
			}
		return [...this.#names].toSorted().map((name) => ({ name, records: totals.get(name) ?? 0 }));
	}

	/** @returns false if there is no such store */
	empty(agents: readonly Subject[], store: string): boolean {
		this.list(agents);
		if (!this.#names.has(store)) return false;
		for (const agent of agents)
			for (const { name, content } of listCollections(agent)) if (name === store) clear(content);
		return true;
	}

	/** A plain object that was not there before is no collection but one thing, such as a running action. */
	#hasGrown(name: string, content: Collection, records: number): boolean {
		const before = this.#before?.get(name);
		return before === undefined ? isList(content) && records > 0 : records > before;
	}
}

function listCollections({ runtime, adapter }: Subject): { name: string; content: Collection }[] {
	return Object.entries({ runtime, adapter }).flatMap(([owner, object]) =>
		Object.entries(Object.getOwnPropertyDescriptors(object)).flatMap(([key, { value }]) =>
			isCollection(value) ? [{ name: `${owner}.${key}`, content: value }] : [],
		),
	);
}

function isCollection(value: unknown): value is Collection {
	if (typeof value !== "object" || value === null || Object.isFrozen(value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return isList(value) || prototype === Object.prototype || prototype === null;
}

function isList(value: unknown): value is List {
	return value instanceof Map || value instanceof Set || Array.isArray(value);
}

function countRecords(content: Collection): number {
	const values = [...(isList(content) ? content.values() : Object.values(content))];
	// A collection of lists, such as the memories of each room, has its records in them.
	const lists = values.filter(isList);
	return lists.length < values.length
		? values.length
		: lists.reduce((sum, list) => sum + (Array.isArray(list) ? list.length : list.size), 0);
}

function clear(content: Collection): void {
	if (Array.isArray(content)) content.length = 0;
	else if (isList(content)) content.clear();
	else for (const key of Object.keys(content)) delete content[key];
}
