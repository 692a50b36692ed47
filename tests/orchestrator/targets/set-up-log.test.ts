// What of a package manager's many words is shown when it fails.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../../orchestrator/files.ts";
import { correctionFor } from "../../../orchestrator/targets/install.ts";
import { errorLines, SetUpLog } from "../../../orchestrator/targets/set-up-log.ts";

/** As npm 11 says it. */
const OUT_OF_STEP = `npm error code EUSAGE
npm error
npm error \`npm ci\` can only install packages when your package.json and package-lock.json are in sync.
npm error
npm error Missing: is-odd@3.0.1 from lock file
npm error
npm error Clean install a project
npm error
npm error Usage:
npm error npm ci
npm error
npm error Options:
npm error [--install-strategy <hoisted|nested|shallow|linked>] [--legacy-bundling]
npm error   --omit
npm error     Dependency types to omit from the installation tree on disk.
npm error
npm error aliases: clean-install, ic, install-clean, isntall-clean
npm error
npm error Run "npm help ci" for more info
npm error A complete log of this run can be found in: /root/.npm/_logs/debug-0.log`;

test("npm's reason is shown, and not how npm is used", () => {
	assert.deepEqual(errorLines(OUT_OF_STEP.split("\n")), [
		"npm error code EUSAGE",
		"npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.",
		"npm error Missing: is-odd@3.0.1 from lock file",
	]);
});

test("the first errors are shown, and without any the last words", () => {
	const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
	assert.deepEqual(errorLines(lines), lines.slice(12));
	assert.deepEqual(errorLines(["a", "error: b", "c", "TypeError: d"]), ["error: b", "TypeError: d"]);
});

test("a failure is told by what was said, without the long command", async () => {
	const log = new SetUpLog("test-set-up-log");
	const script = "console.error('error: no such thing'); process.exit(3)";
	await assert.rejects(log.run({ file: "node", args: ["-e", script] }), {
		message: "setting up test-set-up-log failed (Command failed with exit code 3):\nerror: no such thing",
		words: "error: no such thing",
	});
	rmSync(join(ROOT, log.shownPath));
});

test("the owner of an agent is told what he can correct, and named no option that he did not give", () => {
	const agent = { path: "/a", digest: "", added: [], without: [] };
	assert.equal(correctionFor([{ agent }]), "--on, --plugin or the project's lock file");
	assert.equal(correctionFor([{ agent }, {}]), "--targets");
});
