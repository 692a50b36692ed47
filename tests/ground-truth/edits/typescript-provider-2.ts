import { type Edit, WAIT } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "a provider takes longer by 2 % of a message",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /(var capabilitiesProvider = \{\n.*\n.*\n.*get: async \(runtime2, _message\) => \{\n)/,
			replace: `$1${WAIT}\n`,
		},
	],
	expected: { change: "slower", stage: "provider" },
	size: {
		by: "wait",
		share: 0.02,
		waits: ({ providers, messages }) => (providers.CAPABILITIES ?? 0) / messages,
	},
	precision: "0.5%",
};
