// What an agent's owner reads: the three things that cost most come first, and no foreign word is markup.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { agentCosts } from "../../analysis/agent/costs.ts";
import { renderAgent } from "../../report/console/agent.ts";
import { agentMarkdown } from "../../report/exporters/markdown-agent.ts";
import { renderAgentPage } from "../../report/html/agent-page.ts";
import { agentHeading, dearestLines } from "../../report/text/agent.ts";
import { wholeTexts } from "../../report/text/agent-message.ts";
import { agentExample } from "../support/agent-files.ts";
import { golden } from "../support/golden.ts";

const HOSTILE = "<b>\u001b[31m|x|</b>\u202e";

test("the first three lines name what costs most, how much, and what leaving it out saves", () => {
	const lines = renderAgent(agentCosts(agentExample()))
		.split(/\n(?=\d\. |Less than these)/)
		.slice(0, 4)
		.map((line) => line.replace(/\s+/g, " "));
	assert.match(
		lines[0] ?? "",
		/^1\. asks-again makes 1 of 2 model calls a message and takes \d\d\.\dus of a message/,
	);
	assert.match(
		lines[1] ?? "",
		/^2\. wordy puts 3,000 characters into the prompts of a message \(24% of them\)\. .*undecided/,
	);
	assert.match(
		lines[2] ?? "",
		/^3\. spins takes 2\d\dus of a message \(16%\)\. Leaving it out saves 20% of a message's time \(19% to 21%\)/,
	);
	assert.equal(lines[3]?.startsWith("Less than these: keeps, ticks, and heavy-start."), true);
});

test("of a plugin that does nothing, nothing is said", () => {
	const [text] = renderAgent(agentCosts(agentExample())).split("How it");
	assert.doesNotMatch(text?.replace(/═[\s\S]*/, "") ?? "", /nothing[^ t]|tiny/);
	assert.doesNotMatch(dearestLines(agentCosts(agentExample())).join("\n"), /nothing|tiny/);
});

test("an agent whose plugins cost nothing, and one without any, are told so", () => {
	const file = agentExample();
	file.plugins = file.plugins.filter(({ name, origin }) => origin === "framework" || name === "nothing");
	assert.deepEqual(dearestLines(agentCosts(file)), [
		"No plugin of your choice costs anything that can be told from nothing.",
	]);
	file.plugins = file.plugins.filter(({ origin }) => origin === "framework");
	assert.deepEqual(dearestLines(agentCosts(file)), [
		"This agent has no plugin of your choice that could be measured.",
	]);
});

test("a plugin that failed is named with its own error, and why nothing cut the network off", () => {
	const costs = agentCosts(agentExample());
	const forms = [renderAgent(costs, { width: 2000 }), agentMarkdown(costs), renderAgentPage(costs)];
	for (const text of forms) {
		assert.match(
			text,
			/broken 1\.0\.0 failed when it was imported: SyntaxError: no export named (&#39;|')x(&#39;|')\./,
		);
		assert.match(text, /not cut off from the network, because unshare: not permitted/);
	}
});

test("an interrupted run says so first, and what of leaving plugins out was not measured", () => {
	const file = { ...agentExample(), interrupted: true };
	const forms = (one: typeof file) => {
		const costs = agentCosts(one);
		return [renderAgent(costs, { width: 2000 }), agentMarkdown(costs), renderAgentPage(costs)];
	};
	for (const text of forms(file)) {
		const told = text.indexOf("This run was interrupted: ");
		assert.ok(told >= 0 && told < text.indexOf("asks-again makes"));
	}
	for (const text of forms(agentExample() as typeof file)) assert.doesNotMatch(text, /was interrupted/);
	const { leaveOneOut: _, ...without } = { ...file, command: [...file.command, "--each"] };
	for (const text of forms(without)) {
		assert.doesNotMatch(text, /for that \(--each\)/);
		assert.match(text, /What leaving out spins, wordy, .*, and nothing saves was not measured\./);
	}
	assert.match(forms({ ...without, command: [] })[0] ?? "", /for that \(--each\)/);
});

test("the mean that shares are of is shown, and no cost of instruments that may be none is stated", () => {
	const costs = agentCosts(agentExample());
	const [scenario] = costs.scenarios;
	assert.ok(scenario);
	const told = (observerCost: typeof scenario.observerCost) =>
		wholeTexts({ ...costs, scenarios: [{ ...scenario, observerCost }] })[0] ?? "";
	assert.match(told(null), /with instruments, it takes 1\.25ms \(.*\) on average: all shares/);
	assert.doesNotMatch(told(null), /beside it/);
	assert.match(
		told({ value: 0.53, interval: { low: -0.05, high: 1.2 } }),
		/How much longer .* undecided, .* \(-5\.0% to 120%\)/,
	);
	assert.match(
		told({ value: 0.53, interval: { low: 0.4, high: 0.66 } }),
		/make it 53% longer than messages beside it \(40% to 66%\)/,
	);
	assert.match(told({ value: 0.001, interval: { low: -0.002, high: 0.003 } }), /by less than 1%/);
});

test("every report names the database and the engine", () => {
	const file = agentExample();
	const heading = (one: typeof file) => agentHeading(agentCosts(one));
	assert.match(heading(file), /on @elizaos\/core 1\.7\.2, in memory, by bun$/);
	const database = { package: "@elizaos/plugin-sql", version: "1.7.2" };
	file.target = { ...file.target, database, variants: ["pglite"] };
	const lockDigest = "0".repeat(64);
	file.versions = {
		framework: "1.7.2",
		database: "1.7.2",
		language: "5.9",
		engine: "Bun 1.3.5",
		build: "",
		lockDigest,
	};
	const costs = agentCosts(file);
	for (const text of [renderAgent(costs, { width: 2000 }), agentMarkdown(costs), renderAgentPage(costs)])
		assert.match(text, /, on PGlite \(@(?:&#8203;)?elizaos\/plugin-sql 1\.7\.2\), by Bun 1\.3\.5/);
});

test("no foreign word is markup or moves a terminal", () => {
	const file = agentExample();
	const name = (text: string) => (text === "wordy" || text === "WORDY" ? HOSTILE : text);
	file.agent.name = HOSTILE;
	const hostile = JSON.parse(JSON.stringify(file), (_, value) =>
		typeof value === "string" ? name(value) : value,
	);
	for (const plugin of hostile.plugins) if (plugin.failure) plugin.failure.message = HOSTILE;
	const costs = agentCosts(hostile);
	for (const text of [agentMarkdown(costs), renderAgentPage(costs)])
		assert.doesNotMatch(text, /<b>\|x|\u202e/);
	const printed = renderAgent(costs);
	assert.ok(!printed.includes("\u001b[31m|x") && !printed.includes("\u202e"));
});

test("the terminal and the Markdown are as they were found right", () => {
	const costs = agentCosts(agentExample());
	for (const width of [80, 120])
		golden(`agent-${width}.txt`, stripVTControlCharacters(renderAgent(costs, { width })));
	golden("agent.md", agentMarkdown(costs));
});
