import { type Edit, WAIT } from "../edit.ts";

export const edit: Edit = {
	runtime: "rust",
	about: "a provider takes longer by 20 % of a message",
	scenario: "single-message",
	changes: [
		{
			file: "src/bootstrap_core/mod.rs",
			find: /^( *)let character = rt\.character\.read\(\)\.await\.clone\(\);$/m,
			replace: `$&\n$1${WAIT}`,
		},
	],
	expected: { change: "slower", stage: "provider" },
	size: {
		by: "wait",
		share: 0.2,
		waits: ({ providers, messages }) => (providers.CHARACTER ?? 0) / messages,
	},
};
