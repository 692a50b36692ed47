import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "two methods of the agent's runtime stand in the other order",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /^( {2}getService\(serviceName\) \{\n[\s\S]*?^ {2}\}\n)( {2}getTypedService\([\s\S]*?^ {2}\}\n)/m,
			replace: "$2$1",
		},
	],
	expected: null,
	size: { by: "nothing" },
};
