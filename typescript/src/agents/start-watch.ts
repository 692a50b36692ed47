/** Times the start of each plugin of an agent, and nothing else. */
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { PluginStart } from "../../../shared/types.ts";
import type { Instrument } from "../agent.ts";
import type { LoadedPlugin } from "./load.ts";
import { PluginStarts } from "./starts.ts";

export class StartWatch implements Instrument {
	readonly #starts = new PluginStarts();

	get rows(): PluginStart[] {
		return this.#starts.rows;
	}

	instrumentPlugins(plugins: LoadedPlugin[]): LoadedPlugin[] {
		return this.#starts.wrap(plugins);
	}

	instrumentAdapter(_adapter: InMemoryDatabaseAdapter): void {}

	instrumentRuntime(_runtime: AgentRuntime): void {}

	wrapCallback(callback: HandlerCallback): HandlerCallback {
		return callback;
	}
}
