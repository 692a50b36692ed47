import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "a local variable of the token estimate has another name",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /const words( = text4\.trim\(\)\.split\(.*\n\s*return Math\.ceil\()words(\.length \* 1\.3\);)/,
			replace: "const wordsOfText$1wordsOfText$2",
		},
	],
	expected: null,
	size: { by: "nothing" },
};
