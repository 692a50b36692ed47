import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about:
		"tokens are counted by the prompt's length, where every word was looked at for a line of the debug log",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /const words = text4\.trim\(\)\.split\(.*\n\s*return Math\.ceil\(words\.length \* 1\.3\);/,
			replace: "return Math.ceil(text4.length / 4);",
		},
	],
	expected: { change: "faster", stage: "prompt" },
	size: { by: "script" },
};
