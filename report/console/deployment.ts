/** This table shows what load, density and soak mean for a deployment. */
import { type Deployment, deployedTargets } from "../../analysis/load/deployment.ts";
import { plainText } from "../../shared/text.ts";
import { DEPLOYMENT_TITLE, deploymentRows, deploymentTexts } from "../text/deployment.ts";
import { columnTables, headingRow, type Layout, NARROW, right, wrapText } from "./table.ts";

/** Labels come from files. */
const LONGEST = 600;

export function renderDeployment(deployment: Deployment, layout: Layout = NARROW): string {
	const columns = deployedTargets(deployment).map(({ label }, index) => ({ label, index }));
	const rows = deploymentRows(deployment);
	const tables = columnTables(columns, layout, (shown, { columnWidth }) => [
		headingRow(DEPLOYMENT_TITLE, shown, columnWidth),
		...rows.map(({ label, cells }) => [label, ...shown.map(({ index }) => right(cells[index] ?? "-"))]),
	]);
	const texts = deploymentTexts(deployment).map((text) => wrapText(plainText(text, LONGEST), layout));
	return [tables, ...texts].join("\n");
}
