import { type Edit, WAIT } from "../edit.ts";

export const edit: Edit = {
	runtime: "python",
	about: "the providers' texts are joined more slowly, by 5 % of a message",
	scenario: "single-message",
	changes: [
		{
			file: "elizaos/runtime.py",
			find: /^( *)state\.text = "\\n"\.join\(text_parts\)$/m,
			replace: `$1${WAIT}\n$&`,
		},
	],
	expected: { change: "slower", stage: "compose_state" },
	size: { by: "wait", share: 0.05, waits: () => 1 },
};
