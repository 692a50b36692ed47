/** This file judges the calibration: every language must have come to the same results. */
import { createHash } from "node:crypto";
import type {
	CalibrationFile,
	Difference,
	KernelOperation,
	Scenario,
	WorkLedger,
} from "../../shared/types.ts";
import { kernelOperation } from "../../shared/types.ts";

/** Compares the results of a verification with those that the scenario expects. */
export function calibrationDifferences({ expect }: Scenario, ledger: WorkLedger): Difference[] {
	return kernelOperation.options.flatMap((operation): Difference[] => {
		const wanted = expect.results?.[operation];
		if (wanted === undefined) return [];
		const row = ledger.operations.find((one) => one.operation === operation);
		if (!row || row.done === 0) return [{ kind: "operation-missing", operation }];
		if (row.resultDigest !== wanted) return [{ kind: "operation-result", operation }];
		const { correct, done } = row;
		return correct === done ? [] : [{ kind: "operation-wrong", operation, wrong: done - correct, done }];
	});
}

/** Returns the SHA-256 of each operation's result on these inputs, as a text (docs/harness-contract.md). */
export function kernelDigests(inputs: CalibrationFile): Record<KernelOperation, string> {
	const { answer, template, state, records } = inputs;
	const json = JSON.stringify(state);
	const shown = records.filter(({ hidden }) => !hidden).toSorted((a, b) => a.createdAt - b.createdAt);
	const texts: Record<KernelOperation, string> = {
		parse_answer: answer.fields.map((name) => `${name}=${fieldOf(answer.text, name)}\n`).join(""),
		render_template: Object.entries(template.values).reduce(
			(text, [name, value]) => text.replaceAll(`{{${name}}}`, () => value),
			template.text,
		),
		state_to_json: json,
		state_from_json: json,
		sort_records: shown.map(({ author, createdAt, text }) => `${author} (${createdAt}): ${text}`).join("\n"),
	};
	const digest = (text: string) => createHash("sha256").update(text).digest("hex");
	return Object.fromEntries(
		kernelOperation.options.map((operation) => [operation, digest(texts[operation])]),
	) as Record<KernelOperation, string>;
}

function fieldOf(answer: string, name: string): string {
	return (answer.split(`<${name}>`)[1] ?? "").split(`</${name}>`)[0]?.trim() ?? "";
}
