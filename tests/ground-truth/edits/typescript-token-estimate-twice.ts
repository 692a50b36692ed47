import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "the words of a prompt are counted twice for a line of the debug log, where it was once",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /(const words = text4\.trim\(\))(\.split\(.*)(\n\s*return Math\.ceil\(words\.length \* 1\.3\);)/,
			replace: "globalThis.wordsAgain = text4$2\n$1$2$3",
		},
	],
	expected: { change: "slower", stage: "prompt" },
	size: { by: "script" },
};
