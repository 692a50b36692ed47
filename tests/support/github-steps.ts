/** Runs the steps of an action or a job as GitHub would: those of the shell for real, the others by hand. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { marked } from "marked";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../../orchestrator/files.ts";

/** Programs of a workspace that stand before those of this machine. */
const TOOLS = ".tools";

export const step = z.looseObject({
	id: z.string().optional(),
	if: z.string().optional(),
	uses: z.string().optional(),
	with: z.record(z.string(), z.unknown()).optional(),
	shell: z.string().optional(),
	env: z.record(z.string(), z.string()).optional(),
	"working-directory": z.string().optional(),
	run: z.string().optional(),
});
export type Step = z.infer<typeof step>;

const inputs = z.record(z.string(), z.looseObject({ default: z.unknown().optional() }));
export const action = z.looseObject({ inputs, runs: z.looseObject({ steps: z.array(step) }) });
export const workflow = z.looseObject({
	on: z.looseObject({ workflow_call: z.looseObject({ inputs }).optional() }).or(z.string()),
	env: z.record(z.string(), z.string()).optional(),
	jobs: z.record(
		z.string(),
		z.looseObject({ steps: z.array(step), outputs: z.record(z.string(), z.string()).optional() }),
	),
});

/** The workflows that `docs/ci.md` has as examples. */
export function examples(): string[] {
	return marked
		.lexer(readFileSync(join(ROOT, "docs/ci.md"), "utf8"))
		.flatMap((token) => (token.type === "code" && token.lang === "yaml" ? [String(token.text)] : []));
}

/** Reads a YAML file of the repository. */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
	return schema.parse(parse(readFileSync(join(ROOT, path), "utf8")));
}

/** What expressions may name: `{ inputs, github, env, matrix, needs, steps }`. `github` has variables of its own. */
export type Contexts = Record<string, unknown> & {
	github: { sha: string; action_path?: string };
	env?: Record<string, string> | undefined;
};

function evaluateExpression(
	expression: string,
	contexts: Record<string, unknown>,
	hasFailed = false,
): data.ExpressionData {
	const { tokens } = new Lexer(expression).lex();
	const states = { success: !hasFailed, failure: hasFailed, cancelled: false, always: true };
	const functions = Object.entries(states).map(([name, state]) => ({
		name,
		minArgs: 0,
		maxArgs: 0,
		call: () => new data.BooleanData(state),
	}));
	const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
	const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
	return new Evaluator(tree, context, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

/** Puts the values of expressions into a text. */
export function evaluate(text: string, contexts: Record<string, unknown>): string {
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

/** Gives the steps as expressions name them. */
export function stepsOf({ outputs }: Ended): Record<string, { outputs: Record<string, string> }> {
	return Object.fromEntries(Object.entries(outputs).map(([id, one]) => [id, { outputs: one }]));
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
			steps: stepsOf(ended),
		};
		const condition = one.if?.trim().replace(/^\$\{\{(.*)\}\}$/s, "$1") ?? "success()";
		// A condition that does not ask how the job stands holds only as long as nothing has failed.
		const asks = /\b(success|failure|cancelled|always)\(/.test(condition);
		const whole = asks ? condition : `success() && (${condition})`;
		if (evaluateExpression(whole, known, ended.status !== 0).coerceString() !== "true") continue;
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
			cwd: join(folder, one["working-directory"] ?? ""),
			encoding: "utf8",
			maxBuffer: 2 ** 28,
			env: {
				...process.env,
				PATH: `${join(folder, TOOLS)}:${process.env.PATH}`,
				...contexts.env,
				...values(one.env),
				GITHUB_WORKSPACE: folder,
				GITHUB_ACTION_PATH: contexts.github.action_path,
				GITHUB_SHA: contexts.github.sha,
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
		if (status !== 0 && ended.status === 0) ended.status = status ?? -1;
	}
	ended.summary = readFileSync(summary, "utf8");
	return ended;
}

/**
 * Makes a folder in which `./run.sh` is this project's: a checkout with one commit. No toolchain is changed
 * from there.
 */
export function makeWorkspace(folder: string): string {
	const program = (path: string, command: string) =>
		writeFileSync(path, `#!/usr/bin/env bash\n${command}\n`, { mode: 0o755 });
	mkdirSync(join(folder, TOOLS), { recursive: true });
	program(join(folder, "run.sh"), `exec "${ROOT}/run.sh" "$@"`);
	program(join(folder, TOOLS, "rustup"), 'echo "rustup $*"');
	git(folder, "init", "--quiet");
	commitAll(folder, "one");
	return folder;
}

/** Runs Git without the settings of this machine. @returns what it prints, without the line's end */
export function git(folder: string, ...words: readonly string[]): string {
	const who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
	const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
	return execFileSync("git", [...who, ...words], { cwd: folder, encoding: "utf8", env }).trim();
}

/** @returns the commit */
export function commitAll(folder: string, subject: string): string {
	git(folder, "add", "--all", "--force");
	git(folder, "commit", "--quiet", "--allow-empty", "--message", subject);
	return git(folder, "rev-parse", "HEAD");
}

/** Does what `actions/checkout` does: one commit of a repository, with as many before it as are asked for. */
export function checkOut(repository: string, folder: string, values: Record<string, string>): void {
	mkdirSync(folder, { recursive: true });
	git(folder, "init", "--quiet");
	git(folder, "remote", "add", "origin", `file://${repository}`);
	const depth = values["fetch-depth"] ?? "1";
	git(folder, "fetch", "--quiet", `--depth=${depth}`, "origin", values.ref ?? "HEAD");
	git(folder, "checkout", "--quiet", "FETCH_HEAD");
}
