import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "python",
	about: "the data of a message's state is turned into dictionaries once more than before",
	scenario: "single-message",
	changes: [
		{
			file: "elizaos/runtime.py",
			find: /^( *)data_fields = extract_fields\(state\.data\)$/m,
			replace: "$1extract_fields(state.data)\n$&",
		},
	],
	expected: { change: "slower", stage: "state_serialization" },
	size: { by: "script" },
};
