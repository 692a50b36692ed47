import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about:
		"a setting that cannot be encrypted is not decrypted: one call of some microseconds a message, too little to see",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /const decrypted = decryptStringValue\(value, getSalt\(\)\);/,
			replace: 'const decrypted = value.includes(":") ? decryptStringValue(value, getSalt()) : value;',
		},
	],
	expected: null,
	size: { by: "nothing" },
};
