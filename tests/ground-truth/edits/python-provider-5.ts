import { type Edit, WAIT } from "../edit.ts";

export const edit: Edit = {
	runtime: "python",
	about: "a provider takes longer by 5 % of a message",
	scenario: "single-message",
	changes: [
		{
			file: "elizaos/basic_capabilities/providers/capabilities.py",
			find: /^( *)model_types = \[.*\]$/m,
			replace: `$1${WAIT}\n$&`,
		},
	],
	expected: { change: "slower", stage: "provider" },
	size: {
		by: "wait",
		share: 0.05,
		waits: ({ providers, messages }) => (providers.CAPABILITIES ?? 0) / messages,
	},
};
