/**
 * Some versions keep rooms and worlds in their modules for half a minute, by id. The ids of an iteration are
 * those of the last one, so a fresh runtime would find what belongs to another one. These versions export
 * what forgets it.
 */
import type { Id } from "../messages.ts";
import type { Framework } from "./framework.ts";

type Forget = (...ids: string[]) => unknown;

/** Is called before a runtime is constructed, off every clock. */
export function forgetCaches(
	{ core, bootstrap }: Pick<Framework, "core" | "bootstrap">,
	{ agentId, worldId, rooms }: { agentId: Id; worldId: Id; rooms: readonly Id[] },
): void {
	const calls: Record<string, string[][]> = {
		invalidateRoomCache: rooms.map((roomId) => [agentId, roomId]),
		invalidateWorldCache: [[worldId]],
	};
	for (const module of [core, bootstrap?.exports ?? {}] as Record<string, unknown>[])
		for (const [name, all] of Object.entries(calls)) {
			const forget = module[name];
			if (typeof forget === "function") for (const ids of all) (forget as Forget)(...ids);
		}
}
