import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { loadReport } from "../../analysis/load/report.ts";
import { renderDeployment } from "../../report/console/deployment.ts";
import { deploymentMarkdown } from "../../report/exporters/markdown-growth.ts";
import { deploymentRows, deploymentTexts } from "../../report/text/deployment.ts";
import { deploymentExample } from "../support/deployments.ts";
import { golden } from "../support/golden.ts";
import { madeLoadFile } from "../support/made-load.ts";

const NOTHING = { load: null, conversations: null, density: null, soak: null, parts: null };

test("what it means for a deployment is shown as it was reviewed", () => {
	const deployment = deploymentExample();
	for (const width of [80, 120])
		golden(
			`deployment-${width}.txt`,
			`${stripVTControlCharacters(renderDeployment(deployment, { width }))}\n`,
		);
	golden("deployment.md", deploymentMarkdown(deployment));
});

test("a part that was not measured has no row, and is named", () => {
	const { density } = deploymentExample();
	const only = { ...NOTHING, density };
	assert.deepEqual(
		deploymentRows(only).map(({ label }) => label),
		["Agents in 1 GB"],
	);
	assert.deepEqual(deploymentTexts(only), [
		"Not measured: ./run.sh load, ./run.sh load --conversations search, and ./run.sh soak.",
	]);
});

test("a million messages cost what the processor took, and nothing where a message costs more and more", () => {
	const load = loadReport(madeLoadFile());
	const row = deploymentRows({ ...NOTHING, load }).find(({ coreHours }) => coreHours !== undefined);
	const [flat, growing] = row?.coreHours ?? [];
	// A message takes 2.5 ms.
	assert.ok(Math.abs((flat ?? 0) - 2.5 / 3.6) < 0.01, `${flat}`);
	assert.equal(growing, null);
	assert.equal(row?.cells[1], "no steady cost");
});
