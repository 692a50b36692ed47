import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "rust",
	about: "a comment in the message service",
	scenario: "single-message",
	changes: [
		{
			file: "src/services/message_service.rs",
			find: /^fn build_canonical_prompt\(/m,
			replace: "// Renders what the model is asked.\n$&",
		},
	],
	expected: null,
	size: { by: "nothing" },
};
