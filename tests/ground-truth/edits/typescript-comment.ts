import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "a comment in the agent's runtime",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /^( *)async composeState\(/m,
			replace: "$1// Composes what the providers say.\n$&",
		},
	],
	expected: null,
	size: { by: "nothing" },
};
