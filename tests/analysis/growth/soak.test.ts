import assert from "node:assert/strict";
import { test } from "node:test";
import { soakDifference, soakFigures } from "../../../analysis/growth/soak.ts";
import type { ReplyCounts, SoakPoint, SoakProcess } from "../../../shared/types.ts";
import { BYTES_PER_GB, BYTES_PER_MB } from "../../../shared/units.ts";
import { Simulation } from "../../support/simulate.ts";

const RIGHT: ReplyCounts = { right: 1, wrong: 0, missing: 0, raised: 0, unanswered: 0 };

interface Kept {
	/** @returns bytes after so many messages */
	bytes: (messages: number) => number;
	/** @returns nanoseconds */
	latency?: (messages: number) => number;
	role?: SoakProcess["role"];
	seed?: number;
	emptied?: SoakProcess["emptied"];
}

/** Readings that scatter by some 20 KB, as those of a heap after a collection do. */
function process({ bytes, latency = () => 1e6, role = "main", seed = 1, emptied = [] }: Kept): SoakProcess {
	const simulation = new Simulation(seed);
	const points = Array.from({ length: 41 }, (_, index): SoakPoint => {
		const messages = 250 * index;
		const heapBytes = Math.round(40 * BYTES_PER_MB + bytes(messages) + 20_000 * simulation.normal());
		const [ns, memory] = [Math.round(latency(messages)), { rssBytes: 2 * heapBytes, heapBytes }];
		const times = { messages: 250, totalNs: 250 * ns, p50Ns: ns, p99Ns: ns, maxNs: ns };
		return { messages, atNs: messages * 1e6, memory, latency: index === 0 ? null : times };
	});
	return {
		role,
		points,
		replies: RIGHT,
		quiescence: [],
		sites: null,
		emptied,
		end: { kind: "done", words: null },
		monitor: null,
	};
}

const target = (id: string, ...processes: SoakProcess[]) => ({
	id,
	processes,
	figures: soakFigures(processes),
});

test("what is bounded, grows or cannot be told is called so", () => {
	const verdict = (bytes: Kept["bytes"]) => soakFigures([process({ bytes })]).growth;
	assert.equal(verdict(() => 0).verdict, "bounded");
	const leak = verdict((messages) => 1024 * messages);
	assert.equal(leak.verdict, "grows");
	assert.equal(leak.of, "heap");
	assert.ok(Math.abs((leak.perMessageBytes?.value ?? 0) / 1024 - 1) < 0.02);
	assert.ok(Math.abs((leak.messagesPerGb?.value ?? 0) / (BYTES_PER_GB / 1024) - 1) < 0.02);
	const simulation = new Simulation(3);
	let at = 0;
	const wild = verdict(() => (at += 5e6 * simulation.normal()));
	assert.equal(wild.verdict, "undecided");
	assert.equal(wild.messagesPerGb, null);
	assert.equal(soakFigures([]).growth.verdict, "undecided");
});

test("a cache that fills and stays is bounded, and a store that quickens is told by its second half", () => {
	const cache = soakFigures([process({ bytes: (messages) => 2000 * Math.min(messages, 4000) })]).growth;
	assert.equal(cache.shape, "slows");
	assert.equal(cache.verdict, "bounded");
	const quick = soakFigures([process({ bytes: (messages) => messages ** 2 / 4 })]).growth;
	assert.equal(quick.shape, "quickens");
	assert.equal(quick.verdict, "grows");
	assert.ok((quick.halves?.second.value ?? 0) > (quick.halves?.first.value ?? 0));
});

test("a second process of the same is no more, and one that leaves 1 KB more is found and sized", () => {
	const with1 = (extra: number, seed: number) =>
		target(
			`leaves-${extra}-${seed}`,
			process({ bytes: (messages) => (4096 + extra) * messages, seed }),
			process({ bytes: (messages) => (4096 + extra) * messages, seed: seed + 1, role: "second" }),
		);
	for (let seed = 1; seed < 12; seed += 2) {
		const same = soakDifference(with1(0, seed), with1(0, seed + 100));
		assert.equal(same?.verdict, "same", JSON.stringify(same));
	}
	const more = soakDifference(with1(0, 1), with1(1024, 50));
	assert.equal(more?.verdict, "more");
	assert.ok(Math.abs(more.perMessageBytes.value / 1024 - 1) < 0.1);
});

test("drift of latency is flat, rises or falls", () => {
	const drift = (latency: NonNullable<Kept["latency"]>) => {
		const simulation = new Simulation(5);
		const noisy = (messages: number) => latency(messages) * (1 + 0.02 * simulation.normal());
		return soakFigures([process({ bytes: () => 0, latency: noisy })]).latency;
	};
	assert.equal(drift(() => 1e6)?.verdict, "flat");
	const rising = drift((messages) => 1e6 + 100 * messages);
	assert.equal(rising?.verdict, "rises");
	assert.ok(Math.abs((rising?.perMessageNs?.value ?? 0) / 100 - 1) < 0.1);
	assert.equal(drift((messages) => 2e6 - 100 * messages)?.verdict, "falls");
});

test("what the stores gave back and what no store did add up to the growth", () => {
	const memory = (heapBytes: number) => ({ rssBytes: null, heapBytes });
	const second = process({ bytes: (messages) => 1000 * messages, role: "second" });
	const end = second.points.at(-1)?.memory.heapBytes ?? 0;
	const emptied = [
		{ name: "states", records: 10, memory: memory(end - 7e6) },
		{ name: "logs", records: null, memory: memory(end - 8e6) },
	];
	const { places } = soakFigures([process({ bytes: () => 0 }), { ...second, emptied }]);
	assert.deepEqual(
		places?.stores.map(({ name, freedBytes }) => [name, freedBytes]),
		[
			["states", 7e6],
			["logs", 1e6],
		],
	);
	assert.equal((places?.restBytes ?? 0) + 8e6, places?.grownBytes);
});
