/** Texts as they were reviewed. UPDATE_GOLDEN=1 writes the files anew: review the difference before a commit. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../golden/report/", import.meta.url);

export function golden(name: string, text: string): void {
	const path = new URL(name, folder);
	if (process.env.UPDATE_GOLDEN === "1" || !existsSync(path)) {
		assert.equal(
			process.env.UPDATE_GOLDEN,
			"1",
			`there is no ${path.pathname}: write it with UPDATE_GOLDEN=1`,
		);
		mkdirSync(folder, { recursive: true });
		writeFileSync(path, text);
	}
	assert.equal(
		text,
		readFileSync(path, "utf8"),
		`${name} has changed: review it, then run with UPDATE_GOLDEN=1`,
	);
}
