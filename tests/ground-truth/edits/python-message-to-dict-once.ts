import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "python",
	about:
		"a message's state is turned into dictionaries once, where its parts were converted again: three times",
	scenario: "single-message",
	changes: [
		{
			file: "elizaos/runtime.py",
			find: /extract_fields\(state\.data\)/,
			replace: 'state_fields.get("data", {})',
		},
		{
			file: "elizaos/runtime.py",
			find: /extract_fields\(state\.values\)/,
			replace: 'state_fields.get("values", {})',
		},
	],
	expected: { change: "faster", stage: "state_serialization" },
	size: { by: "script" },
};
