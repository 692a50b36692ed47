import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	contamination,
	LEAST_WALL_NS,
	STEAL_LIMIT,
	WAIT_LIMIT,
} from "../../../analysis/cell/contamination.ts";
import { disturbanceText } from "../../../report/text/reasons.ts";
import type { MonitorRecord } from "../../../shared/types.ts";

const SECOND = 1e9;

/** Makes a record of ten turns of 0.2 s on two processors that nothing disturbed. */
function quietRecord(changes: Partial<MonitorRecord> = {}): MonitorRecord {
	return {
		turns: 10,
		wallNs: 2 * SECOND,
		processors: 2,
		stealNs: 0,
		foreignCpuNs: 0.02 * SECOND,
		waitNs: 0.01 * SECOND,
		pressureNs: 0.02 * SECOND,
		memoryPressureNs: 0,
		ioPressureNs: 0,
		involuntarySwitches: 20,
		voluntarySwitches: 400,
		majorFaults: 0,
		cpuQuotaThrottledNs: 0,
		loadAverage: 0.9,
		frequencyKhz: { min: 2_400_000, max: 2_500_000 },
		...changes,
	};
}

const UNKNOWN = {
	processors: null,
	stealNs: null,
	foreignCpuNs: null,
	waitNs: null,
	pressureNs: null,
	memoryPressureNs: null,
	ioPressureNs: null,
	involuntarySwitches: null,
	voluntarySwitches: null,
	majorFaults: null,
	cpuQuotaThrottledNs: null,
	loadAverage: null,
	frequencyKhz: null,
};

test("a quiet machine gives no reason", () => {
	assert.deepEqual(contamination(quietRecord()), []);
});

// These shares were measured: wait, pressure and foreign CPU per second of wall time, on two processors.
const MEASURED = [
	{ beside: "one hog", threads: "one thread", wait: 0.008, pressure: 0.021, foreign: 1.03, disturbed: false },
	{
		beside: "one hog",
		threads: "seven threads",
		wait: 0.083,
		pressure: 0.041,
		foreign: 0.99,
		disturbed: false,
	},
	{
		beside: "one hog",
		threads: "one Python thread",
		wait: 0.02,
		pressure: 0.07,
		foreign: 1.01,
		disturbed: false,
	},
	{ beside: "two hogs", threads: "one thread", wait: 0.37, pressure: 0.489, foreign: 1.42, disturbed: true },
	{
		beside: "two hogs",
		threads: "seven threads",
		wait: 0.44,
		pressure: 0.506,
		foreign: 1.4,
		disturbed: true,
	},
];
for (const { beside, threads, wait, pressure, foreign, disturbed } of MEASURED) {
	test(`a worker of ${threads} beside ${beside} is ${disturbed ? "" : "not "}disturbed, by any figures of the machine`, () => {
		const record = quietRecord({
			waitNs: wait * 2 * SECOND,
			pressureNs: pressure * 2 * SECOND,
			foreignCpuNs: foreign * 2 * SECOND,
		});
		for (const known of [record, { ...record, waitNs: null }, { ...record, waitNs: null, pressureNs: null }])
			assert.equal(contamination(known).length, disturbed ? 1 : 0, JSON.stringify(known));
	});
}

test("the reason names what was waited for and how long", () => {
	const [reason] = contamination(quietRecord({ waitNs: 0.74 * SECOND, foreignCpuNs: 2.8 * SECOND }));
	assert.deepEqual(reason, { kind: "waiting", share: 0.37 });
	assert.match(reason ? disturbanceText(reason) : "", /held the processors .* up to 37 %/);
});

test("threads that wait at once are no more than all of the time", () => {
	const [reason] = contamination(quietRecord({ waitNs: 2.4 * SECOND, foreignCpuNs: 2.8 * SECOND }));
	assert.match(reason ? disturbanceText(reason) : "", /up to 100 %/);
});

test("a worker that waits for its own threads, with no other process there, is not disturbed", () => {
	assert.deepEqual(contamination(quietRecord({ waitNs: 1.5 * SECOND, pressureNs: 1.8 * SECOND })), []);
});

test("stolen time, a quota, a shortage of memory and pages from the disk are each a reason of their own", () => {
	const causes: [Partial<MonitorRecord>, RegExp][] = [
		[{ stealNs: 0.4 * SECOND }, /host/],
		[{ cpuQuotaThrottledNs: 0.1 * SECOND }, /quota/],
		[{ memoryPressureNs: 0.2 * SECOND }, /memory/],
		[{ majorFaults: 300 }, /300 pages/],
	];
	for (const [change, pattern] of causes) {
		const reasons = contamination(quietRecord(change));
		assert.equal(reasons.length, 1);
		assert.match(reasons.map(disturbanceText).join(), pattern);
	}
	assert.equal(
		contamination(quietRecord(Object.assign({}, ...causes.map(([change]) => change)))).length,
		causes.length,
	);
});

test("stolen time is judged beyond what cutting it into ticks can make of many short turns", () => {
	const stealNs = 0.16 * SECOND;
	assert.equal(contamination(quietRecord({ stealNs, turns: 4 })).length, 1);
	assert.deepEqual(contamination(quietRecord({ stealNs, turns: 400 })), []);
});

test("less than 200 ms are too short for a verdict", () => {
	const worst = {
		stealNs: SECOND,
		foreignCpuNs: SECOND,
		waitNs: SECOND,
		cpuQuotaThrottledNs: SECOND,
		majorFaults: 1000,
		turns: 1,
	};
	assert.deepEqual(contamination(quietRecord({ ...worst, wallNs: LEAST_WALL_NS - 1 })), []);
	assert.notDeepEqual(contamination(quietRecord({ ...worst, wallNs: LEAST_WALL_NS })), []);
});

test("a machine that tells nothing gives no reason", () => {
	assert.deepEqual(contamination(quietRecord(UNKNOWN)), []);
});

const amount = fc.integer({ min: 0, max: 4e9 });
const someRecord = fc
	.record({
		turns: fc.integer({ min: 1, max: 500 }),
		wallNs: fc.integer({ min: 1, max: 4e9 }),
		stealNs: fc.option(amount),
		foreignCpuNs: fc.option(amount),
		waitNs: fc.option(amount),
		pressureNs: fc.option(amount),
		memoryPressureNs: fc.option(amount),
		cpuQuotaThrottledNs: fc.option(amount),
		majorFaults: fc.option(fc.nat(1000)),
	})
	.map((changes) => quietRecord(changes));

test("more of any disturbance never makes a process less disturbed", () => {
	const disturbances = [
		"stealNs",
		"foreignCpuNs",
		"waitNs",
		"pressureNs",
		"memoryPressureNs",
		"cpuQuotaThrottledNs",
		"majorFaults",
	] as const;
	fc.assert(
		fc.property(someRecord, fc.constantFrom(...disturbances), amount, (record, name, more) => {
			const value = record[name];
			if (value === null) return;
			assert.ok(contamination({ ...record, [name]: value + more }).length >= contamination(record).length);
		}),
	);
});

test("figures that are not judged change nothing", () => {
	fc.assert(
		fc.property(
			someRecord,
			fc.option(amount),
			fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
			(record, ioPressureNs, loadAverage) => {
				assert.deepEqual(
					contamination({ ...record, ioPressureNs, loadAverage, frequencyKhz: null }),
					contamination(record),
				);
			},
		),
	);
});

test("limits hold for their share of the time, however long it was", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1e9, max: 1e12 }), (wallNs) => {
			const just = (share: number) => ({
				waitNs: wallNs * share,
				foreignCpuNs: wallNs * 1.5,
				turns: 1,
				wallNs,
			});
			assert.equal(contamination(quietRecord(just(WAIT_LIMIT * 0.99))).length, 0);
			assert.equal(contamination(quietRecord(just(WAIT_LIMIT * 1.01))).length, 1);
			const steal = (share: number) => ({ stealNs: wallNs * share + 10e6, turns: 1, wallNs });
			assert.equal(contamination(quietRecord(steal(STEAL_LIMIT * 0.99))).length, 0);
			assert.equal(contamination(quietRecord(steal(STEAL_LIMIT * 1.01))).length, 1);
		}),
	);
});
