/** This table names the leader of each category. */
import type { ComparisonFile } from "../../shared/types.ts";
import { categoryText } from "../text/verdict.ts";
import { colours as pc } from "./colours.ts";
import { type Layout, NARROW, right, tableText } from "./table.ts";

const CATEGORY_WIDTH = 12;
const COVERAGE_WIDTH = 11;
const BORDERS = 4;

/**
 * Shows one line per category: the winner with its lead over the next, or the tie, and the number of
 * scenarios that count.
 */
export function renderCategories(
	{ categories, targets }: Pick<ComparisonFile, "categories" | "targets">,
	{ width }: Layout = NARROW,
): string {
	if (categories.length === 0) return "";
	const rest = width - CATEGORY_WIDTH - COVERAGE_WIDTH - BORDERS;
	const rows = categories.map((one) => {
		const { category, cells, left_out, standing } = one;
		const scenarios = new Set(cells.map(({ scenario }) => scenario)).size;
		const text = categoryText(one, targets);
		return [
			category,
			standing.winner === null ? text : pc.green(text),
			right(`${scenarios} of ${scenarios + left_out.length}`),
		];
	});
	const headings = ["Summary", "Geometric mean, 95 % interval", "Scenarios"];
	return tableText([CATEGORY_WIDTH, rest, COVERAGE_WIDTH], [headings.map((text) => pc.bold(text)), ...rows]);
}
