/**
 * This part shows the evidence for a scenario's verdict: the work, the pairs, and the commands that measure
 * it again.
 */
import type { RatioPair, ScenarioComparison } from "../../../shared/types.ts";
import { workLines } from "../../text/ledger.ts";
import { decidingRow, metricLabel } from "../../text/metrics.ts";
import { intervalText } from "../../text/ratio.ts";
import { percentText, ratioText } from "../../text/units.ts";
import { pairVerdictText } from "../../text/verdict.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, DASH, numberHead, row, table, targetTable } from "../parts.ts";
import { renderCommand } from "../shell.ts";
import type { ShownTarget, View } from "../view.ts";

export function renderWork(
	{ id, cells }: ScenarioComparison,
	targets: readonly ShownTarget[],
): Markup | null {
	const lines = workLines(targets.map((target) => cells[target.id]?.detail.work ?? null));
	if (lines.length === 0) return null;
	const rows = lines.map((line) => ({ label: line.label, cells: line.cells.map((cell) => cell ?? DASH) }));
	return html`<h4>Work per message</h4>
		${targetTable({ targets }, `Work ledger of ${id}`, "Work", rows)}`;
}

export function renderPairs(scenario: ScenarioComparison, view: View): Markup | null {
	const deciding = decidingRow(scenario);
	const own = Object.values(scenario.noise).flatMap(({ aa }) => aa ?? []);
	const all = [...(deciding?.standing?.pairs ?? []), ...own];
	if (!deciding || all.length === 0) return null;
	const pairs = table({
		label: `Pairs of ${scenario.id}`,
		kind: "figures",
		head: [
			columnHead("Pair"),
			numberHead("Times worse"),
			columnHead("Verdict"),
			numberHead("Floor"),
			numberHead("Detectable difference"),
			numberHead("Blocks"),
		],
		body: all.map((pair) => pairRow(pair, view)),
	});
	return html`<h4>Pairs in ${metricLabel(deciding).toLowerCase()}</h4>
		${pairs}
		<p class="quiet">
			Floor: the noise floor that a win has to clear. Detectable difference: the one that would have been found
			9 times in 10.
		</p>`;
}

function pairRow(pair: RatioPair, { label }: View): Markup {
	const name = (target: string) =>
		label(target.replace(/~aa$/, "")) + (target.endsWith("~aa") ? " (itself)" : "");
	const { ratio, interval, floor, minimum_detectable_effect: effect, blocks } = pair;
	const range = interval ? intervalText(interval, ratioText) : "no interval";
	return row(
		html`${name(pair.a)} / ${name(pair.b)}`,
		html`<td><b>${ratioText(ratio)}</b><small>${range}</small></td>`,
		html`<td class="words">${pairVerdictText(pair)}</td>`,
		html`<td>${percentText(floor)}</td>`,
		html`<td>${effect === null ? DASH : percentText(effect)}</td>`,
		html`<td>${blocks}</td>`,
	);
}

/** Targets that one command measures again share it. */
export function renderCommands(
	{ id, cells }: ScenarioComparison,
	targets: readonly ShownTarget[],
): Markup | null {
	const groups = new Map<string, { labels: string[]; command: readonly string[] }>();
	for (const { id: target, label } of targets) {
		const command = cells[target]?.detail.command ?? [];
		if (command.length === 0) continue;
		const key = JSON.stringify(command);
		groups.set(key, { command, labels: [...(groups.get(key)?.labels ?? []), label] });
	}
	if (groups.size === 0) return null;
	const boxes = [...groups.values()].map(
		({ labels, command }) => html`<div class="command">
			<span class="quiet">${labels.join(", ")}</span>
			<div class="scroll" role="group" tabindex="0" aria-label="${`Command of ${id}`}">
			<code>${renderCommand(command)}</code>
			</div>
			<button type="button" class="scripted" data-copy>Copy</button>
		</div>`,
	);
	return html`<h4>Measure it again</h4>${boxes}`;
}
