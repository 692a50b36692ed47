/** This section shows the operations of the calibration beside a message, and their part of a stage. */
import {
	CALIBRATION_TITLE,
	type CalibrationLine,
	calibrationLegend,
	calibrationLines,
	GROUP_LABELS,
	shareText,
	timeTexts,
} from "../../text/calibration.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, DASH, row, section, table, targetHead } from "../parts.ts";
import type { View } from "../view.ts";

export function renderCalibration(view: View): Markup | null {
	const { calibration } = view.comparison;
	if (!calibration) return null;
	const names = { label: view.label, scenario: (id: string) => id };
	const lines = calibrationLines(calibration);
	return section(
		"calibration",
		CALIBRATION_TITLE,
		html`<p>${calibrationLegend(calibration, names)}</p>`,
		calibration.shares.map((one) => html`<p>${shareText(one, names)}</p>`),
		(["warm", "first"] as const).map((group) =>
			table({
				label: `${CALIBRATION_TITLE}: ${GROUP_LABELS[group]}`,
				kind: "figures",
				head: [columnHead(GROUP_LABELS[group]), view.targets.map(targetHead)],
				body: lines.filter((line) => line.group === group).map((line) => lineRow(line, view)),
			}),
		),
	);
}

function lineRow({ label, times, isMessage }: CalibrationLine, { targets }: View): Markup {
	return row(
		isMessage ? html`<i>${label}</i>` : label,
		targets.map(({ id }) => {
			const texts = timeTexts(times, id);
			if (!texts) return html`<td>${DASH}</td>`;
			return html`<td><b>${texts.time}</b> ${texts.ratio}${texts.range !== null && html`<small>${texts.range}</small>`}</td>`;
		}),
	);
}
