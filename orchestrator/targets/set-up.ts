/**
 * Sets up the harnesses of the locked targets, once. A stamp with the digest of the inputs says whether
 * there is anything to do.
 */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type RuntimeName, type TargetSize, targetSize } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { ROOT, writeText } from "../files.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import type { Recipe, Say, Step } from "../runtimes/runtime.ts";
import { inTurn } from "./in-turn.ts";
import { SetUpLog } from "./set-up-log.ts";
import { findToolchain } from "./toolchain.ts";

/**
 * Sets up every runtime that is not set up yet, side by side.
 * @throws {UserError} when a toolchain is missing or a package manager fails, with its own last words
 */
export async function setUpRuntimes(runtimes: readonly RuntimeName[], say: Say): Promise<void> {
	const stale = [...new Set(runtimes)].filter((runtime) => !isCurrent(runtime));
	const toolchains = new Map<RuntimeName, string>();
	for (const runtime of stale) toolchains.set(runtime, (await findToolchain(runtime, runtimes)).command);
	const settled = await Promise.allSettled(
		[...toolchains].map(([runtime, toolchain]) => setUpRuntime(runtime, toolchain, say)),
	);
	for (const result of settled) if (result.status === "rejected") throw result.reason;
}

async function setUpRuntime(name: RuntimeName, toolchain: string, say: Say): Promise<void> {
	const { setUp, measureSize } = RUNTIMES[name];
	await inTurn(name, say, async () => {
		// Another process may have set it up in the meantime.
		if (isCurrent(name)) return;
		const fromNothing = !existsSync(setUp.product);
		const seconds = await follow(name, setUp.steps(toolchain), say);
		const sizes = await measureSize(ROOT);
		writeStamp(name, setUp, { ...sizes, setupSeconds: fromNothing ? seconds : null });
		say(`${name} is ready after ${seconds.toFixed(0)} s`);
	});
}

/**
 * Sets up what a runtime's micro-benchmarks and profiler need beside the harness.
 * @throws {UserError} as {@link setUpRuntimes}
 */
export async function setUpTools(runtime: RuntimeName, say: Say): Promise<void> {
	const recipe = RUNTIMES[runtime].toolsSetUp;
	const name = `${runtime}-tools`;
	if (recipe === null || isDone(name, recipe)) return;
	const { command } = await findToolchain(runtime, [runtime]);
	await inTurn(name, say, async () => {
		if (isDone(name, recipe)) return;
		await follow(name, recipe.steps(command), say);
		writeStamp(name, recipe);
	});
}

/** Says whether the locked version of a runtime is set up, from what is in the repository now. */
export function isCurrent(runtime: RuntimeName): boolean {
	return isDone(runtime, RUNTIMES[runtime].setUp);
}

function isDone(name: string, recipe: Recipe): boolean {
	return existsSync(recipe.product) && readStamp(name)?.digest === digestOf(recipe);
}

/** The size as the set-up measured it; null where this program did not set it up. */
export function sizeOfLocked(runtime: RuntimeName): TargetSize | null {
	return readStamp(runtime)?.size ?? null;
}

/** @returns the seconds that it took */
async function follow(name: string, steps: readonly Step[], say: Say): Promise<number> {
	const log = new SetUpLog(name);
	say(`Setting up ${name} (once; log: ${log.shownPath})`);
	const started = performance.now();
	const variables: Record<string, string> = {};
	for (const step of steps) {
		if (step.outputAs) variables[step.outputAs] = await log.outputOf({ ...step, env: variables });
		else await log.run({ ...step, env: variables });
	}
	return (performance.now() - started) / MS_PER_S;
}

const stampFile = z.object({ digest: z.string(), size: targetSize.optional() });

function stampPath(name: string): string {
	return join(ROOT, `.cache/provision/${name}.json`);
}

function writeStamp(name: string, recipe: Recipe, size?: TargetSize): void {
	writeText(stampPath(name), JSON.stringify({ digest: digestOf(recipe), size }));
}

/** @returns null where there is no readable stamp: then the set-up runs again */
function readStamp(name: string): z.infer<typeof stampFile> | null {
	try {
		return stampFile.parse(JSON.parse(readFileSync(stampPath(name), "utf8")));
	} catch {
		return null;
	}
}

function digestOf({ inputs }: Recipe): string {
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
