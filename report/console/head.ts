/** The head of a report says what was measured, where, and with which versions. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import { serverText } from "../text/databases.ts";
import { MESSAGES_ALTERNATE } from "../text/run.ts";
import { dayText } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { boxText, centreText, type Layout, NARROW } from "./table.ts";

type Head = Pick<
	ComparisonFile,
	"system" | "targets" | "timestamp" | "profile" | "seed" | "model_delay_ms" | "alternate" | "database_server"
>;

export function renderHead(comparison: Head, layout: Layout = NARROW): string {
	const { system, targets, timestamp, profile, seed, model_delay_ms, alternate, database_server } =
		comparison;
	const where = [
		dayText(timestamp),
		plainText(`${system.os} ${system.arch}`, 50),
		`${system.cpus} cores`,
		`${Math.round(system.memory_gb)} GB`,
	];
	const how = [`profile ${plainText(profile, 30)}`, `seed ${seed}`, `model delay ${model_delay_ms} ms`];
	return boxText(
		[
			centreText(pc.bold("Eliza Framework Benchmark Results")),
			centreText(`${where.join(" | ")}\n${how.join(" | ")}`),
			...(alternate === "messages" ? [centreText(MESSAGES_ALTERNATE)] : []),
			...(database_server ? [centreText(serverText(database_server))] : []),
			targets.map((target) => plainText(versionsText(target))).join("\n"),
		],
		layout,
	);
}

function versionsText({ label, versions }: ComparisonFile["targets"][number]): string {
	const name = plainText(label, 40);
	if (!versions) return `${name}: versions unknown, nothing ran`;
	const { framework, engine, database } = versions;
	const own = database === framework ? "" : `, database ${database}`;
	return `${name}: ${framework} on ${engine}${own}`;
}
