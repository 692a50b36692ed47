// A plugin that --without names and that is not there is refused before anything is set up.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { resolveAgent } from "../../../orchestrator/agent/resolve.ts";
import { ROOT } from "../../../orchestrator/files.ts";
import { targets } from "../../support/evidence.ts";

const AGENTS = join(ROOT, "tests/fixtures/agents");
const TYPESCRIPT = targets.find(({ id }) => id === "typescript") ?? assert.fail();
const SOURCE = { kind: "version", version: "1.7.2" } as const;

function resolveWithout(path: string, ...without: string[]) {
	const added = [`path:${join(AGENTS, "plugins/wordy")}`, "@elizaos/plugin-mcp@1.8.2"];
	return resolveAgent({ path: join(AGENTS, path), added, without }, TYPESCRIPT, SOURCE);
}

test("a wrong name is refused, with the names of the user's own plugins", async () => {
	await assert.rejects(resolveWithout("characters/ada.json", "wordy"), {
		message:
			"the agent has no plugin wordy, which --without names: it has fixture-wordy and @elizaos/plugin-mcp",
	});
});

test("plugins that are there may be left out, and so may those of the framework", async () => {
	const names = ["fixture-wordy", "@elizaos/plugin-mcp", "@elizaos/plugin-bootstrap"];
	const { agent } = await resolveWithout("characters/ada.json", ...names);
	assert.deepEqual(agent.without, names);
});

test("what a project brings is not known yet", async () => {
	const { agent } = await resolveWithout("project", "greets");
	assert.deepEqual(agent.without, ["greets"]);
});
