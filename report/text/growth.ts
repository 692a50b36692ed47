/** How a target grows, and where one overtakes another, in words. */
import type { Crossover, GrowthFit } from "../../shared/types.ts";
import { intervalText } from "./ratio.ts";
import { countText, exponentText, valueText } from "./units.ts";

type Label = (target: string) => string;

/** `linear: 1.02 (0.97 to 1.08)`, with the exponents between sizes where no single power describes them. */
export function fitText({ exponent, shape, local }: GrowthFit): string {
	const fit = exponent
		? `${shape}: ${exponentText(exponent.value)} (${intervalText(exponent, exponentText)})`
		: "too few processes for a fit";
	return local.length === 0 ? fit : `${fit}; not one power law: ${localText(local, countText)}`;
}

/** `0.52 from 10 to 50, 0.98 from 50 to 100` */
export function localText(local: GrowthFit["local"], size: (value: number) => string): string {
	return local
		.map(({ from, to, exponent }) => `${exponentText(exponent.value)} from ${size(from)} to ${size(to)}`)
		.join(", ");
}

export function crossoverText({ dimension, below, above, size, within }: Crossover, label: Label): string {
	const where = `about ${valueText(size, "count")}`;
	const beyond = within ? "" : " (beyond what was measured)";
	return `${dimension}: ${label(above)} overtakes ${label(below)} above ${where}${beyond}`;
}
