/**
 * What a scenario's verdict rests on: the work that was done, the pairs, and the commands that measure it
 * again.
 */
import type { RatioPair, ScenarioComparison } from "../../../shared/types.ts";
import { workLines } from "../../text/ledger.ts";
import { decidingRow, metricLabel } from "../../text/metrics.ts";
import { intervalText } from "../../text/ratio.ts";
import { percentText, ratioText } from "../../text/units.ts";
import { html, type Markup } from "../markup.ts";
import { DASH, scrolling, targetTable } from "../parts.ts";
import { shellQuoted } from "../shell.ts";
import type { ShownTarget, View } from "../view.ts";

/** Items that nobody did are left out. */
export function work({ id, cells }: ScenarioComparison, targets: readonly ShownTarget[]): Markup | null {
	const lines = workLines(targets.map((target) => cells[target.id]?.detail.work ?? null));
	const rows = lines.map((line) => ({ label: line.label, cells: line.cells.map((cell) => cell ?? DASH) }));
	if (rows.length === 0) return null;
	return html`<h4>What was done, per message</h4>${targetTable({ targets }, `Work ledger of ${id}`, "Work", rows)}`;
}

export function pairs(
	{ id, deciding_metric, rows, noise }: ScenarioComparison,
	{ label }: View,
): Markup | null {
	const deciding = decidingRow({ rows, deciding_metric });
	const own = Object.values(noise).flatMap(({ aa }) => aa ?? []);
	const all = [...(deciding?.standing?.pairs ?? []), ...own];
	if (!deciding || all.length === 0) return null;
	const name = (target: string) =>
		label(target.replace(/~aa$/, "")) + (target.endsWith("~aa") ? " (itself)" : "");
	return html`<h4>Pairs in ${metricLabel(deciding).toLowerCase()}</h4>${scrolling(
		`Pairs of ${id}`,
		html`<table class="figures"><thead><tr><th scope="col">Pair</th><th scope="col" class="num">Times worse</th><th scope="col">Verdict</th><th scope="col" class="num">Floor</th><th scope="col" class="num">Detectable</th><th scope="col" class="num">Blocks</th></tr></thead>
<tbody>${all.map(
			(pair) =>
				html`<tr><th scope="row">${name(pair.a)} / ${name(pair.b)}</th><td><b>${ratioText(pair.ratio)}</b><small>${pair.interval ? intervalText(pair.interval, ratioText) : "no interval"}</small></td><td class="words">${verdictText(pair)}</td><td>${percentText(pair.floor)}</td><td>${
					pair.minimum_detectable_effect === null ? DASH : percentText(pair.minimum_detectable_effect)
				}</td><td>${pair.blocks}</td></tr>\n`,
		)}</tbody></table>`,
	)}<p class="quiet">Floor: what a win has to clear. Detectable: the difference that would have been found 9 times in 10.</p>`;
}

function verdictText({ verdict }: RatioPair): string {
	return verdict === "better" || verdict === "worse" ? `first is ${verdict}` : verdict;
}

/** Targets that one command measures again share it. */
export function commands({ id, cells }: ScenarioComparison, targets: readonly ShownTarget[]): Markup | null {
	const groups = new Map<string, { labels: string[]; command: readonly string[] }>();
	for (const { id: target, label } of targets) {
		const command = cells[target]?.detail.command ?? [];
		if (command.length === 0) continue;
		const key = JSON.stringify(command);
		groups.set(key, { command, labels: [...(groups.get(key)?.labels ?? []), label] });
	}
	if (groups.size === 0) return null;
	return html`<h4>To measure it again</h4>${[...groups.values()].map(
		({ labels, command }) => html`<div class="command"><span class="quiet">${labels.join(", ")}</span>
<div class="scroll" role="group" tabindex="0" aria-label="${`Command of ${id}`}"><code>${shellQuoted(command)}</code></div><button type="button" class="scripted" data-copy>Copy</button></div>`,
	)}`;
}
