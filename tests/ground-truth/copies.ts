/** Copies of the published frameworks: one as it is published, and one with an edit. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadTargets } from "../../orchestrator/contract.ts";
import { ROOT } from "../../orchestrator/files.ts";
import { launchIn } from "../../orchestrator/targets/launch.ts";
import type { RuntimeName } from "../../shared/types.ts";
import { applyChanges, type Edit, PROBE_FILE, type TextChange, WAIT, waitStatement } from "./edit.ts";

const FOLDER = join(ROOT, ".cache/ground-truth");

/** Folders of copies. Their names are of one length, so that their paths are. */
export interface Copies {
	base: string;
	head: string;
}

/** @returns the folder of the package as it is published */
export function publishedPackage(runtime: RuntimeName): string {
	switch (runtime) {
		case "typescript":
			return join(ROOT, "typescript/node_modules/@elizaos/core");
		case "python":
			return downloadedPackage();
		case "rust":
			return downloadedCrate();
	}
}

/** What is installed has no project file any more, so the source is downloaded, once. */
function downloadedPackage(): string {
	const python = loadTargets().find(({ id }) => id === "python");
	if (!python) throw new RangeError("there is no target python");
	const { version } = python.framework;
	const downloads = join(FOLDER, `python-${version}`);
	const folder = join(downloads, `elizaos-${version}`);
	if (existsSync(join(folder, "pyproject.toml"))) return folder;
	rmSync(downloads, { recursive: true, force: true });
	mkdirSync(downloads, { recursive: true });
	const pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"];
	const what = ["--no-binary", "elizaos", `elizaos==${version}`, "--dest", downloads];
	execFileSync(launchIn(ROOT, "python").file, [...pip, ...what]);
	const archive = readdirSync(downloads).find((name) => name.endsWith(".tar.gz"));
	if (!archive) throw new RangeError(`pip left no archive in ${downloads}`);
	execFileSync("tar", ["-xzf", join(downloads, archive), "-C", downloads]);
	return folder;
}

function downloadedCrate(): string {
	const manifest = ["--manifest-path", join(ROOT, "rust/Cargo.toml")];
	const text = execFileSync("cargo", ["metadata", "--locked", "--format-version", "1", ...manifest], {
		encoding: "utf8",
		maxBuffer: 2 ** 28,
	});
	const { packages }: { packages: { name: string; manifest_path: string }[] } = JSON.parse(text);
	const crate = packages.find(({ name }) => name === "elizaos");
	if (!crate) throw new RangeError("cargo knows no crate elizaos");
	return dirname(crate.manifest_path);
}

/** @param waitNs how long the edit's wait is */
export function makeCopies(edit: Edit, waitNs: number | null): Copies {
	const copies = { base: freshCopy(edit.runtime, "base"), head: freshCopy(edit.runtime, "head") };
	const fill = waitNs === null ? {} : { [WAIT]: waitStatement(edit.runtime, waitNs) };
	applyChanges(copies.head, edit.changes, fill);
	return copies;
}

/** @returns a copy of the package in a place that is the same every time */
export function freshCopy(runtime: RuntimeName, name: "base" | "head"): string {
	const copy = join(FOLDER, runtime, name);
	rmSync(copy, { recursive: true, force: true });
	cpSync(publishedPackage(runtime), copy, { recursive: true });
	return copy;
}

/** @returns the published package, a copy that times what an edit takes away, and the file to which it writes */
export function makeProbe(
	runtime: RuntimeName,
	changes: readonly TextChange[],
): { base: string; probe: string; file: string } {
	const file = join(FOLDER, runtime, "probe.txt");
	rmSync(file, { force: true });
	const probe = freshCopy(runtime, "head");
	applyChanges(probe, changes, { [PROBE_FILE]: file });
	return { base: join(FOLDER, runtime, "base"), probe, file };
}
