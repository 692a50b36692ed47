// What a verification concludes from the last attempt of its process.
import assert from "node:assert/strict";
import { test } from "node:test";
import { conclude } from "../../../orchestrator/run/verify.ts";
import type { ProcessRecord } from "../../../shared/types.ts";
import { trafficOf } from "../../support/databases.ts";
import { fixtures, processOf, recordOf, scenarioOf, targets } from "../../support/evidence.ts";

const [target] = targets;
assert.ok(target);
const scenario = scenarioOf("single-message");
const TRAFFIC = { messages: trafficOf(58, 41, { SELECT: 30 }), afterwards: null };

function ledgerOf(change: Partial<ProcessRecord>, ofHarness?: typeof TRAFFIC) {
	assert.ok(target);
	const { measurement } = processOf(target, scenario, []);
	const ledger = measurement?.cells[0]?.ledger;
	assert.ok(measurement && ledger);
	if (ofHarness) ledger.databaseTraffic = ofHarness;
	const records = [recordOf(target, scenario, { role: "verify", ...change })];
	return conclude(scenario, target, records, measurement, fixtures);
}

test("what went to the database server is put into the ledger, and changes no judgement", () => {
	const { ledger, judgement } = ledgerOf({ databaseTraffic: TRAFFIC });
	assert.deepEqual(ledger?.databaseTraffic, TRAFFIC);
	assert.deepEqual(judgement, ledgerOf({}).judgement);
	assert.ok(!("databaseTraffic" in (ledgerOf({}).ledger ?? {})));
});

test("a harness's own count of its traffic is not believed", () => {
	const own = { messages: trafficOf(1, 1), afterwards: null };
	assert.deepEqual(ledgerOf({ databaseTraffic: TRAFFIC }, own).ledger?.databaseTraffic, TRAFFIC);
	assert.ok(!("databaseTraffic" in (ledgerOf({}, own).ledger ?? {})));
});
