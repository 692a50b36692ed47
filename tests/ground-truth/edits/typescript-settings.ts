import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "a setting without a colon, which cannot be encrypted, is not decrypted",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /const decrypted = decryptStringValue\(value, getSalt\(\)\);/,
			replace: 'const decrypted = value.includes(":") ? decryptStringValue(value, getSalt()) : value;',
		},
	],
	expected: { change: "faster", stage: "prompt" },
	size: { by: "script" },
	precision: "0.5%",
};
