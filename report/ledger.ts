/** The work ledger of a verification, per message, a column a target: why one runtime is faster starts here. */
import Table from "cli-table3";
import type { CellStatus, WorkLedger } from "../shared/types.ts";
import { COMPACT, columnWidths, statusText } from "./box.ts";
import { colours as pc } from "./colours.ts";
import { count, plainText } from "./format.ts";

export interface LedgerColumn {
	label: string;
	status: CellStatus;
	reasons: string[];
	ledger: WorkLedger | null;
}

export function renderLedger(scenario: string, question: string, columns: LedgerColumn[]): string {
	const { labelWidth, columnWidth } = columnWidths(columns.length);
	const table = new Table({ ...COMPACT, colWidths: [labelWidth, ...columns.map(() => columnWidth)], wordWrap: true });
	table.push([{ content: `${pc.bold(`Scenario: ${plainText(scenario)}`)}\n${plainText(question)}`, colSpan: columns.length + 1 }]);
	table.push([pc.bold("Per message"), ...columns.map(({ label }) => ({ content: pc.bold(label), hAlign: "center" as const }))]);
	table.push(["Status", ...columns.map(({ status }) => ({ content: statusText(status), hAlign: "center" as const }))]);
	const ledgers = columns.flatMap(({ ledger }) => (ledger ? [ledger] : []));
	const add = (label: string, value: (ledger: WorkLedger) => string) => {
		if (ledgers.some((ledger) => value(ledger) !== "0"))
			table.push([label, ...columns.map(({ ledger }) => ({ content: ledger ? value(ledger) : "-", hAlign: "right" as const }))]);
	};
	const each = (ledger: WorkLedger, total: number) => count(ledger.messages > 0 ? total / ledger.messages : total);
	for (const template of new Set(ledgers.flatMap(({ modelCalls }) => modelCalls.map(callName)))) {
		add(`Model: ${template}`, (ledger) =>
			each(ledger, sum(ledger.modelCalls.filter((row) => callName(row) === template).map(({ calls }) => calls))),
		);
	}
	add("Prompt characters", (ledger) => each(ledger, sum(ledger.modelCalls.map(({ promptChars }) => promptChars))));
	add("Provider runs", (ledger) => each(ledger, sum(Object.values(ledger.providers))));
	add("Providers that ran", ({ providers }) => String(Object.values(providers).filter((runs) => runs > 0).length));
	add("Action runs", (ledger) => each(ledger, sum(Object.values(ledger.actions))));
	add("Evaluator runs", (ledger) => each(ledger, sum(Object.values(ledger.evaluators))));
	add("Memories read", (ledger) => each(ledger, ledger.memoriesRead));
	add("Memories written", (ledger) => each(ledger, sum(ledger.stored.map(({ records }) => records))));
	add("Database calls", (ledger) => each(ledger, sum(Object.values(ledger.adapterCalls))));
	add("Callbacks", (ledger) => each(ledger, ledger.callbacks.total));
	add("History returned", ({ history }) =>
		history.seeded === 0 ? "0" : `${history.returned} ${history.newest === null ? "" : history.newest ? "(newest)" : "(oldest)"}`.trim(),
	);
	for (const operation of new Set(ledgers.flatMap(({ operations }) => operations.map((row) => row.operation)))) {
		add(`${operation} right`, ({ operations }) => {
			const row = operations.find((one) => one.operation === operation);
			return row ? `${row.correct} of ${row.done}` : "-";
		});
	}
	const notes = columns.flatMap(({ label, status, reasons }) => reasons.map((reason) => `${label} ${status}: ${plainText(reason)}`));
	if (notes.length > 0) table.push([{ content: notes.join("\n"), colSpan: columns.length + 1 }]);
	return table.toString();
}

function callName({ modelType, template }: WorkLedger["modelCalls"][number]): string {
	return modelType === "TEXT_EMBEDDING" ? "embedding" : template;
}

function sum(values: number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
