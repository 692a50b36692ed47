import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { capacityOf } from "../../../analysis/load/capacity.ts";
import { isHeld, phaseFigures } from "../../../analysis/load/phase.ts";
import { rigReasons } from "../../../analysis/load/rig.ts";
import { growthFactor, showsGrowth, storedCost } from "../../../analysis/load/stored-cost.ts";
import { messagesUntil } from "../../../analysis/load/until.ts";
import { mean } from "../../../analysis/stats/statistics.ts";
import { arrivals } from "../../../orchestrator/load/arrivals.ts";
import { RateSearch, RESOLUTION } from "../../../orchestrator/load/rate-search.ts";
import type { LoadPhase, LoadPlan } from "../../../shared/types.ts";
import { NS_PER_MS, NS_PER_S } from "../../../shared/units.ts";
import { madeMonitor, madePhase, madeProcess, returnTimes } from "../../support/made-load.ts";
import { Simulation } from "../../support/simulate.ts";

const LIMIT_NS = 50 * NS_PER_MS;

function poisson(perSecond: number, seconds: number, seed = 1): number[] {
	return arrivals({ kind: "open", arrivals: "poisson", perSecond, seconds }, seed);
}

test("arrivals at random wait as Pollaczek and Khinchine say, and equal gaps do not wait at all", () => {
	const serviceNs = 2 * NS_PER_MS;
	for (const load of [0.3, 0.5, 0.7]) {
		const intended = poisson((load * NS_PER_S) / serviceNs, 2000);
		const waits = returnTimes(intended, () => serviceNs).map(
			(at, index) => at - (intended[index] ?? 0) - serviceNs,
		);
		const expected = (load * serviceNs) / (2 * (1 - load));
		const ratio = mean(waits) / expected;
		assert.ok(Math.abs(ratio - 1) < 0.03, `at load ${load} the mean wait is ${ratio} of what it should be`);
	}
	const even = arrivals({ kind: "open", arrivals: "constant", perSecond: 400, seconds: 10 }, 1);
	assert.equal(even.length, 3999);
	assert.ok(returnTimes(even, () => serviceNs).every((at, index) => at === (even[index] ?? 0) + serviceNs));
});

test("a runtime that stops for a second has all messages of that second in its tail", () => {
	const intended = poisson(100, 10);
	const stopsAt = intended.findIndex((at) => at > 5 * NS_PER_S);
	const phase = madePhase({
		intendedNs: intended,
		serviceNs: (index) => (index === stopsAt ? NS_PER_S : NS_PER_MS),
	});
	const { tailNs = null, medianNs = null } = phaseFigures(phase) ?? {};
	assert.ok(tailNs !== null && tailNs > 0.8 * NS_PER_S, `p99 is ${tailNs}`);
	assert.ok(medianNs !== null && medianNs < 2 * NS_PER_MS);
	assert.equal(isHeld(phase, LIMIT_NS), false);
});

test("a load is held only if every message got the right reply", () => {
	const made = (change: Partial<LoadPhase>) =>
		madePhase({ intendedNs: poisson(100, 4), serviceNs: () => NS_PER_MS, change });
	assert.equal(isHeld(made({}), LIMIT_NS), true);
	const { messages } = made({});
	for (const letter of "wlxt") {
		const outcomes = letter + messages.outcomes.slice(1);
		assert.equal(isHeld(made({ messages: { ...messages, outcomes } }), LIMIT_NS), false, letter);
	}
	assert.equal(isHeld(made({ misplacedUsers: 1 }), LIMIT_NS), false);
	assert.equal(isHeld(made({ ended: "given-up" }), LIMIT_NS), false);
	assert.equal(isHeld(made({ ended: "interrupted" }), LIMIT_NS), null);
});

test("the model's own time is no part of the share, and a message that never returned is one of the slowest", () => {
	const { messages, ...rest } = madePhase({ intendedNs: [0, 1e9, 2e9], serviceNs: () => 1.002 * NS_PER_S });
	const waited = { ...rest, messages: { ...messages, modelNs: [1e9, 1e9, 1e9] } };
	assert.ok((phaseFigures(waited)?.medianNs ?? 0) < 10 * NS_PER_MS);
	const lost = { ...messages, returnedNs: [null, null, 1e6], outcomes: "ttr" };
	assert.equal(phaseFigures({ ...rest, messages: lost })?.medianNs, null);
});

test("the search finds a capacity from any first guess, to its resolution", () => {
	fc.assert(
		fc.property(
			fc.double({ min: 2, max: 5000, noNaN: true }),
			fc.double({ min: 0.3, max: 3, noNaN: true }),
			fc.boolean(),
			(capacity, guess, whole) => {
				const search = new RateSearch({ first: capacity * guess, step: 1.25, least: 1, whole });
				for (let load = search.next(); load !== null; load = search.next())
					search.note(load, load <= capacity);
				assert.ok(search.held !== null && search.failed !== null, "no end was found");
				assert.ok(search.held <= capacity && capacity < search.failed);
				assert.ok(
					search.failed / search.held <= RESOLUTION + 1e-9 || search.failed - search.held <= 1 + 1e-9,
				);
			},
		),
	);
});

test("the interval of a capacity covers the truth, and what the rig has bound is at least so much", () => {
	const simulation = new Simulation(7);
	const made = (perSecond: number, holds: boolean, change: Partial<LoadPhase> = {}) =>
		madePhase({
			intendedNs: poisson(50, 4),
			serviceNs: () => (holds ? 1 : 80) * NS_PER_MS,
			perSecond,
			change: { plan: { kind: "open", arrivals: "poisson", perSecond, seconds: 4 }, ...change },
		});
	const searched = (process: number, capacity: number, change: Partial<LoadPhase> = {}) => {
		const search = new RateSearch({ first: 400, step: 1.25, least: 1, whole: false });
		const phases: LoadPhase[] = [];
		for (let load = search.next(); load !== null; load = search.next()) {
			search.note(load, load <= capacity);
			phases.push(made(load, load <= capacity, load <= capacity ? {} : change));
		}
		return madeProcess(process, phases);
	};
	const runs = 100;
	let covered = 0;
	for (let run = 0; run < runs; run++) {
		const processes = [0, 1, 2].map((process) =>
			searched(process, 500 * Math.exp(0.05 * simulation.normal())),
		);
		const { interval = null } = capacityOf(processes, [], LIMIT_NS) ?? {};
		if (interval !== null && interval.low <= 500 && 500 <= interval.high) covered++;
	}
	assert.ok(covered >= 0.93 * runs, `${covered} of ${runs} intervals cover it`);
	const busy = { monitor: madeMonitor({ foreignCpuNs: 3 * NS_PER_S }) };
	const bound = capacityOf([searched(0, 300, busy), searched(1, 320, busy)], [], LIMIT_NS);
	assert.equal(bound?.atLeast, "rig");
	assert.ok((bound?.value ?? 0) > 300);
	const two = capacityOf([searched(0, 500), searched(1, 500), searched(2, 200, busy)], [], LIMIT_NS);
	assert.equal(two?.atLeast, null);
	assert.ok((two?.value ?? 0) > 470, "a process that the rig has bound does not count beside two others");
	const cut = searched(0, 500).phases.filter((phase) => isHeld(phase, LIMIT_NS) === true);
	assert.equal(capacityOf([madeProcess(0, cut)], [], LIMIT_NS)?.atLeast, "cut");
	const slow = madePhase({
		intendedNs: poisson(50, 4),
		serviceNs: () => 30 * NS_PER_MS,
		change: { empty: true },
	});
	const empty = madeProcess(0, [slow], { empty: true });
	assert.equal(capacityOf([searched(0, 300)], [empty], LIMIT_NS)?.atLeast, "rig");
});

test("the rig is blamed for a late generator, busy neighbours, a full pipe and a slow empty worker, and only then", () => {
	const intendedNs = poisson(100, 4);
	const made = (serviceMs: number, lateMs: number, change: Partial<LoadPhase> = {}) =>
		madePhase({
			intendedNs,
			serviceNs: () => serviceMs * NS_PER_MS,
			sentNs: () => Math.round(lateMs * NS_PER_MS),
			change,
		});
	const kinds = (phase: LoadPhase, empty?: LoadPhase) => rigReasons(phase, empty).map(({ kind }) => kind);
	assert.deepEqual(kinds(made(5, 0.2)), []);
	assert.deepEqual(kinds(made(5, 6)), ["generator"]);
	assert.deepEqual(kinds(made(0.5, 0.9)), [], "less than a millisecond is hardly late");
	assert.deepEqual(kinds(made(5, 0.2, { monitor: madeMonitor({ foreignCpuNs: 0.6 * NS_PER_S }) })), []);
	assert.deepEqual(kinds(made(5, 0.2, { monitor: madeMonitor({ foreignCpuNs: 0.9 * NS_PER_S }) })), [
		"neighbours",
	]);
	assert.deepEqual(kinds(made(5, 0.2, { monitor: madeMonitor({ stealNs: 0.6 * NS_PER_S }) })), ["disturbed"]);
	assert.deepEqual(kinds(made(5, 0.2, { pipeFull: 3 })), ["pipe-full"]);
	assert.deepEqual(kinds(made(5, 0.2), made(0.1, 0.2, { empty: true })), []);
	assert.deepEqual(kinds(made(5, 0.2), made(4, 0.2, { empty: true })), ["empty-worker"]);
});

test("a cost that grows is found, and one that does not is not accused beside bursts of a neighbour", () => {
	const simulation = new Simulation(3);
	const phase = (growth: number) => {
		let burst = false;
		const times = Array.from({ length: 1500 }, (_, index) => {
			burst = simulation.random.next() < (burst ? 0.97 : 0.005);
			const noise = Math.exp(0.15 * simulation.normal()) * (burst ? 2 : 1);
			return NS_PER_MS * (1 + (growth * index) / 1500) * noise;
		});
		return madePhase({
			intendedNs: times.map((_, index) => index * NS_PER_S),
			serviceNs: (index) => Math.round(times[index] ?? 0),
		});
	};
	const found = (growth: number) => {
		let count = 0;
		for (let run = 0; run < 60; run++) {
			const costs = [phase(growth), phase(growth)].flatMap((one) => storedCost(one) ?? []);
			if (showsGrowth(costs)) count++;
		}
		return count;
	};
	assert.ok(found(0) <= 1, "a flat cost is called growing");
	assert.ok(found(0.5) >= 54, "a cost that grows by half is not found");
	// Two phases that differ by far, as on a machine with neighbours: growth is not said beside an interval
	// that denies it.
	for (let run = 0; run < 20; run++) {
		const costs = [phase(1), phase(9)].flatMap((one) => storedCost(one) ?? []);
		if (showsGrowth(costs)) assert.ok(growthFactor([costs]).low > 1);
	}
	const [first = null] = [storedCost(phase(1))];
	assert.ok(first !== null && Math.abs(first.lastNs / first.firstNs / 2 - 1) < 0.15);
});

test("a rate is held until its messages are late for good, and what passes again is no end", () => {
	const intendedNs = poisson(200, 30);
	const until = (
		serviceNs: (index: number) => number,
		count = intendedNs.length,
		change: Partial<LoadPhase> = {},
	) =>
		messagesUntil(
			madePhase({ intendedNs: intendedNs.slice(0, count), serviceNs, perSecond: 200, change }),
			LIMIT_NS,
		);
	// One server of 5 ms is full at 200/s. The cost passes that at message 2,000.
	const grows = until((index) => NS_PER_MS * (1 + (4 * index) / 2000));
	assert.ok(grows?.ended && grows.messages > 1500 && grows.messages < 2500, `${grows?.messages}`);
	const burst = until((index) => NS_PER_MS * (index === 1000 ? 150 : 1));
	assert.deepEqual(burst, { messages: intendedNs.length, ended: false });
	// 1.5 s of lateness, which take two seconds more to be worked off.
	const stall = until((index) => NS_PER_MS * (index >= 1000 && index < 1100 ? 20 : 1));
	assert.deepEqual(stall, { messages: intendedNs.length, ended: false });
	// Late in the last second alone: whether that passes again nobody has seen.
	const last = until((index) => NS_PER_MS * (index >= intendedNs.length - 100 ? 20 : 1));
	assert.ok(last && !last.ended && last.messages < intendedNs.length);
	const shortest = until(() => 60 * NS_PER_MS, 150);
	assert.deepEqual(shortest, { messages: 0, ended: true });
	const fromTheStart = until(() => 20 * NS_PER_MS, 300, { ended: "given-up" });
	assert.ok(fromTheStart?.ended && fromTheStart.messages < 10);
	const short = until(() => NS_PER_MS, 900);
	assert.deepEqual(short, { messages: 900, ended: false });
	const conversations: LoadPlan = { kind: "closed", conversations: 400, thinkMs: 1000, seconds: 30 };
	const change = { plan: conversations };
	const closed = until((index) => NS_PER_MS * (1 + (4 * index) / 2000), intendedNs.length, change);
	assert.deepEqual(closed, grows, "in a closed loop it is asked in the same way");
});
