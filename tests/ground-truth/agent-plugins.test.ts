// Each plugin of the fixtures costs one thing, by a known amount: it is found, named and sized. One does nothing, and
// nothing is said of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CostKind } from "../../shared/types.ts";
import { BYTES_PER_KB, NS_PER_MS } from "../../shared/units.ts";
import { measureAgent } from "../support/agent-run.ts";
import { LONG } from "../support/long.ts";

/** The time of `spins` needs more blocks to be certain. */
const COSTS: Readonly<Record<string, CostKind>> = {
	wordy: "characters",
	"asks-again": "calls",
	keeps: "growth",
	ticks: "night",
};

test("what each plugin of an agent costs is found and sized within a tenth", LONG, () => {
	const { costs } = measureAgent(["spins", ...Object.keys(COSTS), "nothing"], ["--blocks", "2", "--each"]);
	const [scenario] = costs.scenarios;
	const of = (name: string) => scenario?.plugins.find(({ plugin }) => plugin === `fixture-${name}`);
	const isAbout = (value: number | null | undefined, truth: number) =>
		assert.ok(Math.abs((value ?? 0) / truth - 1) < 0.1, `${value} is not about ${truth}`);
	// Its provider runs once more, because the evaluator has the state composed again.
	isAbout(of("spins")?.selfNs?.value, 2 * 0.2 * NS_PER_MS);
	assert.equal(of("wordy")?.promptChars, 3000);
	assert.equal(of("asks-again")?.modelCalls, 1);
	const kept = costs.kept.find(({ plugin }) => plugin === "fixture-keeps");
	isAbout(kept?.perMessageBytes?.value, 50 * BYTES_PER_KB);
	const night = scenario?.night;
	const ticks = night?.work.find(({ plugin }) => plugin === "fixture-ticks");
	isAbout(ticks?.timerRuns, (night?.watchedNs ?? 0) / (100 * NS_PER_MS));
	const kinds = new Map(costs.ranking.map((ranked) => [ranked.plugin, ranked.kinds]));
	for (const [name, kind] of Object.entries(COSTS))
		assert.ok(kinds.get(`fixture-${name}`)?.includes(kind), `${name} is not named for its ${kind}`);
	assert.equal(kinds.has("fixture-nothing"), false);
});
