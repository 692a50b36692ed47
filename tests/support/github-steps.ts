/** Runs the steps of an action or a job as GitHub would: those of the shell for real, the others by hand. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../../orchestrator/files.ts";

export const step = z.looseObject({
	id: z.string().optional(),
	if: z.string().optional(),
	uses: z.string().optional(),
	with: z.record(z.string(), z.unknown()).optional(),
	shell: z.string().optional(),
	env: z.record(z.string(), z.string()).optional(),
	run: z.string().optional(),
});
export type Step = z.infer<typeof step>;

const inputs = z.record(z.string(), z.looseObject({ default: z.unknown().optional() }));
export const action = z.looseObject({ inputs, runs: z.looseObject({ steps: z.array(step) }) });
export const workflow = z.looseObject({
	on: z.looseObject({ workflow_call: z.looseObject({ inputs }).optional() }).or(z.string()),
	jobs: z.record(z.string(), z.looseObject({ steps: z.array(step), strategy: z.unknown().optional() })),
});

/** Reads a YAML file of the repository. */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
	return schema.parse(parse(readFileSync(join(ROOT, path), "utf8")));
}

/** What expressions may name: `{ inputs, github, runner, matrix, needs, steps }`. */
export type Contexts = Record<string, unknown>;

function evaluateExpression(expression: string, contexts: Contexts): data.ExpressionData {
	const { tokens } = new Lexer(expression).lex();
	const functions = [
		{ name: "success", minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(true) },
		{ name: "cancelled", minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(false) },
	];
	const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
	const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
	return new Evaluator(tree, context, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

/** Puts the values of expressions into a text. */
export function evaluate(text: string, contexts: Contexts): string {
	return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
		evaluateExpression(expression, contexts).coerceString(),
	);
}

export interface Ended {
	/** That of the first step that failed, else 0. */
	status: number;
	output: string;
	/** What the steps wrote into the job's summary. */
	summary: string;
	outputs: Record<string, Record<string, string>>;
}

/**
 * @param folder the workspace
 * @param use does what a step with `uses` would do, by the action's name without its version
 */
export function runSteps(
	steps: readonly Step[],
	contexts: Contexts,
	folder: string,
	use: (name: string, inputs: Record<string, string>) => void,
): Ended {
	const own = mkdtempSync(join(folder, ".runner-"));
	const summary = join(own, "summary");
	writeFileSync(summary, "");
	const ended: Ended = { status: 0, output: "", summary: "", outputs: {} };
	for (const [index, one] of steps.entries()) {
		const known = {
			...contexts,
			steps: Object.fromEntries(Object.entries(ended.outputs).map(([id, outputs]) => [id, { outputs }])),
		};
		const condition = one.if?.replace(/^\$\{\{(.*)\}\}$/s, "$1");
		if (condition !== undefined && evaluateExpression(condition, known).coerceString() !== "true") continue;
		const values = (of: Record<string, unknown> = {}) =>
			Object.fromEntries(Object.entries(of).map(([name, text]) => [name, evaluate(String(text), known)]));
		if (one.uses !== undefined) {
			use(one.uses.replace(/@.*$/, ""), values(one.with));
			continue;
		}
		const [script, output] = [join(own, `${index}.sh`), join(own, `${index}.output`)];
		writeFileSync(script, evaluate(one.run ?? "", known));
		writeFileSync(output, "");
		const strict = ["--noprofile", "--norc", "-eo", "pipefail"];
		const words = [...(one.shell === "bash" ? strict : ["-e"]), script];
		const { status, stdout, stderr } = spawnSync("bash", words, {
			cwd: folder,
			encoding: "utf8",
			maxBuffer: 2 ** 28,
			env: {
				...process.env,
				...values(one.env),
				GITHUB_OUTPUT: output,
				GITHUB_STEP_SUMMARY: summary,
				RUNNER_TEMP: own,
			},
		});
		ended.output += `${stdout}${stderr}`;
		if (one.id !== undefined)
			ended.outputs[one.id] = Object.fromEntries(
				readFileSync(output, "utf8")
					.split("\n")
					.filter((line) => line !== "")
					.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
			);
		if (status !== 0) {
			ended.status = status ?? -1;
			break;
		}
	}
	ended.summary = readFileSync(summary, "utf8");
	return ended;
}

/** Makes a folder in which `./run.sh` is this project's. */
export function makeWorkspace(folder: string): string {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "run.sh"), `#!/usr/bin/env bash\nexec "${ROOT}/run.sh" "$@"\n`, { mode: 0o755 });
	return folder;
}
