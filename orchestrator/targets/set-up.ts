/**
 * Sets up the harnesses of the locked targets, once. A stamp says what a set-up was made from and what it
 * consists of. It is removed before a set-up begins and written when it is whole.
 */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type RuntimeName, type TargetSize, targetSize } from "../../shared/types.ts";
import { secondsSince } from "../elapsed.ts";
import { ROOT, readJsonIfValid, writeText } from "../files.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import type { Recipe, Say } from "../runtimes/runtime.ts";
import { inTurn } from "./in-turn.ts";
import { SetUpLog } from "./set-up-log.ts";
import { type FoundToolchain, findToolchain, findToolchains } from "./toolchain.ts";

/**
 * Sets up every runtime that is not set up yet, side by side.
 * @throws {UserError} when toolchains are missing or a package manager fails, with its own last words
 */
export async function setUpRuntimes(runtimes: readonly RuntimeName[], say: Say): Promise<void> {
	const toolchains = await findToolchains(runtimes);
	const settled = await Promise.allSettled(
		[...toolchains].map(([runtime, toolchain]) => setUpRuntime(runtime, toolchain, say)),
	);
	for (const result of settled) if (result.status === "rejected") throw result.reason;
}

async function setUpRuntime(name: RuntimeName, toolchain: FoundToolchain, say: Say): Promise<void> {
	const { setUp, measureSize, listContents } = RUNTIMES[name];
	if (isDone(name, setUp, toolchain)) return;
	await inTurn(name, say, async () => {
		// Another process may have set it up in the meantime.
		if (isDone(name, setUp, toolchain)) return;
		const fromNothing = !existsSync(setUp.product);
		const seconds = await follow(name, setUp, toolchain, say);
		const size = { ...(await measureSize(ROOT)), setupSeconds: fromNothing ? seconds : null };
		writeStamp(name, setUp, toolchain, { size, contents: listContents(ROOT) });
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
	if (recipe === null) return;
	const toolchain = await findToolchain(runtime);
	if (isDone(name, recipe, toolchain)) return;
	await inTurn(name, say, async () => {
		if (isDone(name, recipe, toolchain)) return;
		await follow(name, recipe, toolchain, say);
		writeStamp(name, recipe, toolchain, { contents: [] });
	});
}

/**
 * Says whether the locked version of a runtime is set up, from what is in the repository now and by the
 * toolchain that this machine has now.
 * @throws {UserError} when there is no toolchain
 */
export async function isCurrent(runtime: RuntimeName): Promise<boolean> {
	return isDone(runtime, RUNTIMES[runtime].setUp, await findToolchain(runtime));
}

function isDone(name: string, recipe: Recipe, { identity }: FoundToolchain): boolean {
	const stamp = readStamp(name);
	return (
		stamp !== null &&
		existsSync(recipe.product) &&
		stamp.digest === digestOf(recipe) &&
		stamp.toolchain === identity &&
		isWhole(ROOT, stamp.contents)
	);
}

/** Says whether all that a set-up consists of is still there. */
export function isWhole(root: string, contents: readonly string[]): boolean {
	return contents.every((path) => existsSync(join(root, path)));
}

/** The size as the set-up measured it; null where this program did not set it up. */
export function sizeOfLocked(runtime: RuntimeName): TargetSize | null {
	return readStamp(runtime)?.size ?? null;
}

/** @returns the seconds that it took */
async function follow(name: string, recipe: Recipe, toolchain: FoundToolchain, say: Say): Promise<number> {
	const log = new SetUpLog(name);
	say(`Setting up ${name} (once; log: ${log.shownPath})`);
	rmSync(stampPath(name), { force: true });
	const started = performance.now();
	await recipe.follow(toolchain.command, log);
	return secondsSince(started);
}

const stampFile = z.object({
	digest: z.string(),
	toolchain: z.string(),
	/** Paths below the repository that a whole set-up has. */
	contents: z.array(z.string()),
	size: targetSize.optional(),
});
type Stamp = z.infer<typeof stampFile>;

function stampPath(name: string): string {
	return join(ROOT, `.cache/provision/${name}.json`);
}

function writeStamp(
	name: string,
	recipe: Recipe,
	{ identity }: FoundToolchain,
	made: Pick<Stamp, "contents" | "size">,
): void {
	writeText(stampPath(name), JSON.stringify({ digest: digestOf(recipe), toolchain: identity, ...made }));
}

/** @returns null where there is no readable stamp: then the set-up runs again */
function readStamp(name: string): Stamp | null {
	return readJsonIfValid(stampPath(name), stampFile, "stamp");
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
