/** Comparisons that a page must show well: as large as a whole run, or full of hostile text. */
import type { ComparisonFile, ScenarioComparison } from "../../shared/types.ts";

export const HOSTILE = [
	"<script>alert(1)</script><img src=x onerror=alert(2)>",
	"</td></tr></table></style></script>]]>--><h1>",
	'" onmouseover="alert(3)" x=\'',
	"&lt;b&gt; &#60;i&#62; &amp; back\\slash `tick`",
	"\u001b[31mred\u001b[0m \u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007 \u0000\u0007\b\r\n\t\u2028",
	"\u202eright to left\u2066 \u200f",
	"lone \ud800 surrogate \udc00",
	`${"x".repeat(5000)}`,
	"javascript:alert(4)",
];

/** Replaces every text that is not this project's: in scenarios, targets, reasons, versions and commands. */
export function withText(comparison: ComparisonFile, text: string): ComparisonFile {
	const copy = structuredClone(comparison);
	copy.system = { ...copy.system, os: text, arch: text };
	copy.machine = { ...copy.machine, os: text, kernel: text, cpu_model: text };
	copy.profile = text;
	for (const target of copy.targets) {
		target.label = text;
		if (target.versions)
			target.versions = {
				framework: text,
				database: text,
				language: text,
				engine: text,
				build: text,
				lock_digest: text,
			};
	}
	for (const scenario of copy.scenarios) {
		scenario.name = text;
		scenario.question = text;
		for (const cell of Object.values(scenario.cells)) {
			if (cell.status !== "comparable")
				cell.reasons = [
					{ kind: "process", problem: text },
					{ kind: "framework-error", type: text, message: text },
				];
			cell.detail.command = ["./run.sh", "--scenarios", text];
			for (const one of cell.detail.pipeline?.named ?? []) one.name = text;
			for (const item of cell.detail.work ?? []) if (item.of !== null) item.of = text;
		}
	}
	const [first] = copy.scenarios;
	if (first) first.id = text;
	const compared = copy.databases?.[0]?.scenarios[0];
	if (compared) compared.scenario = text;
	if (copy.database_server)
		Object.assign(copy.database_server, { version: text, synchronous_commit: text, shared_buffers: text });
	return copy;
}

/** Repeats the recorded scenarios and processes until there are so many. */
export function grown(comparison: ComparisonFile, scenarios: number, processes: number): ComparisonFile {
	const copy = structuredClone(comparison);
	copy.scenarios = Array.from({ length: scenarios }, (_, index) => {
		const scenario = structuredClone(
			comparison.scenarios[index % comparison.scenarios.length] as ScenarioComparison,
		);
		for (const { detail } of Object.values(scenario.cells)) {
			detail.distributions = repeated(detail.distributions, processes);
			detail.timeline = repeated(detail.timeline, processes);
		}
		return index < comparison.scenarios.length ? scenario : { ...scenario, id: `${scenario.id}-${index}` };
	});
	return copy;
}

function repeated<T>(rows: readonly T[], length: number): T[] {
	return rows.length === 0 ? [] : Array.from({ length }, (_, index) => rows[index % rows.length] as T);
}
