// An agent of the user's own on the framework for Python, through the command: what is measured of its plugins,
// and which of them cannot be.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NS_PER_MS } from "../../shared/units.ts";
import { measureAgent } from "../support/agent-run.ts";
import { isLong } from "../support/long.ts";
import { temporaryFolder } from "../support/real.ts";

/** Each with the phase in which it fails. Where an error names no plugin, every one is tried alone. */
const BROKEN: [string, string][] = [
	["throws-at-import", "import"],
	...(isLong
		? ([
				["throws-in-provider", "message"],
				["breaks-the-framework", "message"],
			] as [string, string][])
		: []),
	["needs-another", "install"],
];

test("each plugin has its time and its characters, and what fails is named and left out", () => {
	const messages = join(temporaryFolder(), "messages.txt");
	writeFileSync(messages, "Hello\nWhat is a loom?\n");
	const plugins = ["spins", ...BROKEN.map(([name]) => name), "nothing"];
	const { costs } = measureAgent(plugins, ["--blocks", "1", "--no-growth", "--messages", messages], "python");
	const failures = costs.plugins.flatMap(({ name, state, failure }) =>
		failure ? [[name, state, failure.phase]] : [],
	);
	assert.deepEqual(
		failures,
		BROKEN.map(([name, phase]) => [`fixture-${name}`, "failed", phase]),
	);
	const blamed = costs.plugins.find(({ name }) => name === "fixture-breaks-the-framework");
	if (isLong)
		assert.match(
			blamed?.failure?.message ?? "",
			/the framework's own error, which it does not raise without/,
		);
	const refused = costs.plugins.find(({ name }) => name === "fixture-needs-another");
	assert.match(refused?.failure?.message ?? "", /elizaos==2\.0\.0a5|conflict/i);
	const [scenario] = costs.scenarios;
	assert.equal(scenario?.messages, 2);
	const of = (name: string) => scenario?.plugins.find(({ plugin }) => plugin === `fixture-${name}`);
	assert.equal(of("spins")?.promptChars, 3000);
	// The framework keeps the state of a room, with the texts of its providers.
	assert.equal(of("spins")?.runs, 0.5);
	assert.ok((of("spins")?.selfNs?.value ?? 0) >= 0.25 * NS_PER_MS);
	assert.equal(of("nothing")?.promptChars, 0);
	assert.deepEqual(
		costs.ranking.map(({ plugin }) => plugin),
		["fixture-spins"],
	);
	// The framework's own plugin is there, and is nobody's choice.
	assert.equal(costs.plugins.find(({ name }) => name === "bootstrap")?.origin, "framework");
});
