/** `analyse.ts standard|messages` analyses a made-up run of a given size and prints what that took, as JSON. */
import type { CellEvidence } from "../../analysis/cell/result.ts";
import { compare } from "../../analysis/compare/comparison.ts";
import { loadContract } from "../../orchestrator/contract.ts";
import { Random } from "../../shared/random.ts";
import type { Scenario, Target } from "../../shared/types.ts";
import { evidenceOf, processOf, resultOf, scenarioOf, targets } from "./evidence.ts";

const BLOCKS = 5;
const MILLIONS = 10;
const random = new Random(1);

function timesOf(iterations: number): number[] {
	return Array.from({ length: iterations }, () => Math.round(3e6 * (1 + random.next())));
}

function cellOf(target: Target, scenario: Scenario, blocks: number, iterations: number): CellEvidence {
	const processes = Array.from({ length: blocks }, (_, block) => {
		const process = processOf(target, scenario, timesOf(iterations), { block });
		for (const { messageNs } of process.measurement?.cells[0]?.iterations ?? [])
			for (let index = 0; index < messageNs.length; index++)
				messageNs[index] = Math.round((messageNs[index] ?? 0) * (1 + 0.2 * random.next()));
		return process;
	});
	return evidenceOf(scenario, processes);
}

const standard = () =>
	targets.map((target) => ({
		target,
		cells: loadContract({}).scenarios.map((scenario) =>
			cellOf(target, scenario, BLOCKS, scenario.iterations),
		),
	}));
/** Twenty processes for each target, a thousand messages for each iteration. */
const messages = () =>
	targets.slice(0, 2).map((target) => ({
		target,
		cells: [cellOf(target, scenarioOf("burst-1000"), 20, (MILLIONS * 1e6) / 2 / 20 / 1000)],
	}));

const evidence = process.argv[2] === "messages" ? messages() : standard();
const count = evidence
	.flatMap(({ cells }) => cells)
	.flatMap(({ processes }) => processes.flatMap(({ measurement }) => measurement?.cells ?? []));
const sent = count.reduce(
	(sum, { iterations }) => sum + iterations.reduce((more, { messageNs }) => more + messageNs.length, 0),
	0,
);
const before = process.memoryUsage().rss;
const started = performance.now();
const comparison = compare(evidence.map(({ target, cells }) => resultOf(target, cells)));
const seconds = (performance.now() - started) / 1000;
const megabytes = (process.resourceUsage().maxRSS * 1024) / 2 ** 20;
console.log(
	JSON.stringify({
		seconds,
		megabytes,
		addedMegabytes: megabytes - before / 2 ** 20,
		messages: sent,
		scenarios: comparison.scenarios.length,
	}),
);
