import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "the cache of composed states forgets all but the last ones, where it kept that of every message",
	scenario: "one-burst-1000",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /^( *)this\.stateCache\.set\(message2\.id, newState\);$/m,
			replace:
				"$&\n$1if (this.stateCache.size > 8) this.stateCache.delete(this.stateCache.keys().next().value);",
		},
	],
	expected: { change: "faster", stage: null, metric: "memory_rss_peak_mb" },
	size: { by: "script", messages: 1000 },
};
