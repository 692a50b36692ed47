/** What the rig did that was no runtime's fault, in words. */
import type { RigReason } from "../../analysis/load/rig.ts";
import { disturbanceText } from "./reasons.ts";
import { countText, durationText, numberText } from "./units.ts";

type Kind = RigReason["kind"];

/** Names every kind once, with the worst that was seen of it. */
export function rigText(reasons: readonly RigReason[]): string {
	const kinds = [...new Set(reasons.map(({ kind }) => kind))];
	return kinds.flatMap((kind) => worstText(reasons, kind) ?? []).join("; ");
}

function worstText(reasons: readonly RigReason[], kind: Kind): string | null {
	const worst = reasons
		.filter((reason) => reason.kind === kind)
		.toSorted((one, other) => sizeOf(other) - sizeOf(one))[0];
	return worst === undefined ? null : reasonText(worst);
}

function sizeOf(reason: RigReason): number {
	switch (reason.kind) {
		case "generator":
			return reason.lateNs;
		case "neighbours":
			return reason.processors;
		case "disturbed":
			return "share" in reason.disturbance ? reason.disturbance.share : 1;
		case "pipe-full":
			return reason.times;
		case "empty-worker":
			return reason.tailNs;
	}
}

function reasonText(reason: RigReason): string {
	switch (reason.kind) {
		case "generator":
			return `the generator was late by up to ${durationText(reason.lateNs)} at p99`;
		case "neighbours":
			return `others used up to ${numberText(reason.processors)} of ${reason.of} processors`;
		case "disturbed":
			return disturbanceText(reason.disturbance);
		case "pipe-full":
			return `the pipe was full ${countText(reason.times)} times`;
		case "empty-worker":
			return `a worker without a framework took ${durationText(reason.tailNs)} at p99 too`;
	}
}
