import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "python",
	about: "a comment in the agent's runtime",
	scenario: "single-message",
	changes: [
		{
			file: "elizaos/runtime.py",
			find: /^( *)async def compose_state\(/m,
			replace: "$1# Composes what the providers say.\n$&",
		},
	],
	expected: null,
	size: { by: "nothing" },
};
