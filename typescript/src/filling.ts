/** What is in a database before the first message, beside the rooms and who is in them. */
import type { Scenario } from "../../shared/types.ts";
import type { Agent } from "./agent.ts";
import type { Contract } from "./contract.ts";
import type { DatabaseRun } from "./database.ts";
import { type HistoryPlan, storeHistory } from "./database-setup.ts";
import type { LastingDatabase } from "./databases/database.ts";
import type { SeededRows } from "./databases/saved-rows.ts";
import type { Framework } from "./frameworks/framework.ts";
import type { MessagePlan } from "./messages.ts";

interface Filling {
	rows: SeededRows;
	/** Stores them one by one, by the framework's own adapter. */
	store(): Promise<void>;
}

/** Lists what has to be done within the clock of the seeding. It is called before that clock. */
export function planFilling(
	{ adapter, agentId }: Agent,
	{ database: { lasting } }: Framework,
	contract: Contract,
	scenario: Scenario,
	plan: MessagePlan,
	database: DatabaseRun | null,
): (() => Promise<void>)[] {
	const { historyIdPrefix, historyIntervalMs } = contract.fixtures;
	const count = scenario.config.history;
	const fillings: Filling[] = [];
	if (count > 0)
		fillings.push({
			rows: {
				name: `history_${count}`,
				idPrefix: historyIdPrefix,
				count,
				ageOfNewestMs: historyIntervalMs,
			},
			store: () =>
				storeHistory(adapter, contract, {
					agentId,
					rooms: firstRoom(plan),
					idPrefix: historyIdPrefix,
					from: 0,
					to: count,
					atOnce: 1,
				}),
		});
	const rows = database?.seeded ?? null;
	if (database && rows) fillings.push({ rows, store: () => database.seed(adapter) });
	return fillings.map((filling) => (lasting ? () => fillOnce(lasting, filling) : filling.store));
}

/** A scenario's history is in the room of its first user. */
function firstRoom({ rooms: [roomId], entities: [entityId] }: MessagePlan): HistoryPlan["rooms"] {
	return roomId && entityId ? [{ roomId, entityId }] : [];
}

/** A database that lasts is filled once, and its rows are copied from then on. */
export async function fillOnce({ saved }: LastingDatabase, { rows, store }: Filling): Promise<void> {
	if (await saved.restore(rows)) return;
	await store();
	await saved.save(rows);
}

/** Where records refer to their rooms, these have to be there. */
export function planRooms(
	plan: MessagePlan,
	database: DatabaseRun | null,
	{ database: { lasting } }: Framework,
): MessagePlan {
	if (!lasting || !database) return plan;
	return { ...plan, rooms: [...new Set([...plan.rooms, ...database.rooms])] };
}
