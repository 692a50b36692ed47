/**
 * The framework's pool closes connections that were idle for a while, half a minute or less. A worker that
 * waits for its turn is frozen, and when it wakes up, all such times are over at once: the next message would
 * pay for connections that a process which is at work keeps. So before a span all connections that the pool
 * had at its largest are taken and given back at once: those that are gone are made again, and the others'
 * idle time begins anew.
 */
import { callFramework } from "../failure.ts";

/** What node-postgres's pool offers, in the versions that the plugin brings. */
export interface Pool {
	readonly totalCount: number;
	connect(): Promise<{ release(): void }>;
}

export class PoolWarmer {
	/** The most connections that the pool has had when it was looked at. */
	#most = 0;

	/** Notes how many connections the framework has needed. */
	note(pool: Pool): void {
		this.#most = Math.max(this.#most, pool.totalCount);
	}

	/** @throws {FrameworkError} if a connection cannot be made again */
	async warm(pool: Pool): Promise<void> {
		this.note(pool);
		const taken = await callFramework(() =>
			Promise.all(Array.from({ length: this.#most }, () => pool.connect())),
		);
		for (const connection of taken) connection.release();
	}
}
