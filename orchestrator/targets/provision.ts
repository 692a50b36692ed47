/**
 * Sets a runtime's harness up, once: a stamp with the digest of its inputs tells whether there is anything to
 * do.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { type RuntimeName, type TargetSize, targetSize } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { ROOT, writeText } from "../files.ts";
import { RECIPES, type Recipe, type Step } from "../runtimes/recipes.ts";
import { inTurn } from "./in-turn.ts";
import { SetUpLog } from "./set-up-log.ts";
import { measureSize } from "./size.ts";

export interface ProvisionReport {
	runtime: RuntimeName;
	/** Null when everything was there already. */
	seconds: number | null;
}

export type Say = (line: string) => void;

/**
 * Sets up every runtime that is not set up yet, side by side.
 * @throws {UserError} when a toolchain is missing or a package manager fails, with its own last words.
 */
export async function provision(runtimes: readonly RuntimeName[], say: Say): Promise<ProvisionReport[]> {
	const stale = runtimes.filter((runtime) => !isCurrent(runtime));
	const toolchains = new Map<RuntimeName, string>();
	for (const runtime of stale) toolchains.set(runtime, (await findToolchain(runtime, runtimes)).command);
	const settled = await Promise.allSettled(
		stale.map((runtime) =>
			inTurn(runtime, say, async () => {
				if (isCurrent(runtime)) return { runtime, seconds: null };
				say(`Setting up ${runtime} (once; log: .cache/provision/${runtime}.log)`);
				const fromNothing = !existsSync(RECIPES[runtime].product);
				const started = performance.now();
				await setUp(runtime, RECIPES[runtime].steps(toolchains.get(runtime) ?? ""));
				const seconds = (performance.now() - started) / 1000;
				const size: TargetSize = {
					...(await measureSize(runtime, ROOT)),
					setup_seconds: fromNothing ? seconds : null,
				};
				writeText(stampOf(runtime), JSON.stringify({ digest: digestOf(RECIPES[runtime]), size }));
				say(`${runtime} is ready after ${seconds.toFixed(0)} s`);
				return { runtime, seconds };
			}),
		),
	);
	const reports: ProvisionReport[] = runtimes
		.filter((runtime) => !stale.includes(runtime))
		.map((runtime) => ({ runtime, seconds: null }));
	for (const result of settled) {
		if (result.status === "rejected") throw result.reason;
		reports.push(result.value);
	}
	return reports;
}

export function isCurrent(runtime: RuntimeName): boolean {
	return isDone(runtime, RECIPES[runtime]);
}

/**
 * A set-up beside the runtimes' own, such as profiling tools, in an environment that nothing is measured in.
 */
export async function provisionTools(
	name: string,
	recipe: Pick<Recipe, "inputs" | "product"> & { steps: Step[] },
	say: Say,
): Promise<void> {
	if (isDone(name, recipe)) return;
	await inTurn(name, say, async () => {
		if (isDone(name, recipe)) return;
		say(`Setting up ${name} (once; log: .cache/provision/${name}.log)`);
		await setUp(name, recipe.steps);
		writeText(stampOf(name), JSON.stringify({ digest: digestOf(recipe) }));
	});
}

function isDone(name: string, recipe: Pick<Recipe, "inputs" | "product">): boolean {
	return existsSync(recipe.product) && readStamp(name)?.digest === digestOf(recipe);
}

/** What the set-up measured; null where it was not done by this program. */
export function sizeOf(runtime: RuntimeName): TargetSize | null {
	return readStamp(runtime)?.size ?? null;
}

const stampFile = z.object({ digest: z.string(), size: targetSize.optional() });

/** Null where there is none, or it is unreadable: then the set-up runs again. */
function readStamp(name: string): z.infer<typeof stampFile> | null {
	try {
		return stampFile.parse(JSON.parse(readFileSync(stampOf(name), "utf8")));
	} catch {
		return null;
	}
}

/** @throws {UserError} with what to install and the flag that leaves the runtime out. */
export async function findToolchain(
	runtime: RuntimeName,
	chosen: readonly RuntimeName[],
): Promise<{ command: string; version: string }> {
	const { name, commands, minimum, advice } = RECIPES[runtime].toolchain;
	const found: string[] = [];
	for (const command of commands) {
		const result = await execa(command, ["--version"], { reject: false });
		const version = /(\d+)\.(\d+)(\.\d+)?/.exec(String(result.stdout ?? ""));
		if (result.failed || !version) continue;
		const [major, minor] = [Number(version[1]), Number(version[2])];
		if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1]))
			return { command, version: version[0] };
		found.push(version[0]);
	}
	const others = chosen.filter((other) => other !== runtime);
	const without = others.length > 0 ? `, or leave it out with --targets ${others.join(",")}` : "";
	throw new UserError(
		`the target ${runtime} needs ${name} ${minimum.join(".")} or newer (${found.length > 0 ? `found ${found.join(", ")}` : "not found"}): ${advice}${without}`,
	);
}

async function setUp(name: string, steps: Step[]): Promise<void> {
	const log = new SetUpLog(name);
	const variables: Record<string, string> = {};
	for (const step of steps) {
		if (step.outputAs) variables[step.outputAs] = await log.outputOf({ ...step, env: variables });
		else await log.run({ ...step, env: variables });
	}
}

function stampOf(name: string): string {
	return join(ROOT, `.cache/provision/${name}.json`);
}

function digestOf({ inputs }: Pick<Recipe, "inputs">): string {
	const hash = createHash("sha256");
	const add = (path: string) => {
		if (!existsSync(path)) return;
		if (!statSync(path).isDirectory()) {
			hash.update(path.slice(ROOT.length)).update("\0").update(readFileSync(path)).update("\0");
			return;
		}
		for (const name of readdirSync(path).toSorted()) add(join(path, name));
	};
	for (const input of inputs) add(join(ROOT, input));
	return hash.digest("hex");
}
