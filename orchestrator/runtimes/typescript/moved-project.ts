/**
 * A user's project lies below the folder of the harness, and its `package.json` and lock file lie beside the
 * harness. What they say of folders of the project has to be said anew from there.
 */
import { posix } from "node:path";
import { joinList, plainText } from "../../../shared/text.ts";
import { UserError } from "../../errors.ts";

/** Below the folder of the harness. */
export const PROJECT_FOLDER = "project";

/** What is installed. Of what a project is developed with nothing is. */
const INSTALLED = ["dependencies", "optionalDependencies", "peerDependencies"] as const;
const FIELDS = [...INSTALLED, "devDependencies"] as const;
const LOCAL = /^((?:file|link):(?!\/))?(.*)$/s;

type Json = Record<string, unknown>;

/**
 * @returns the text of `package.json` for the folder above the project
 * @throws {UserError} where it needs a folder outside of the project, which is not copied
 */
export function movedManifest(text: string): string {
	const manifest = JSON.parse(text) as Json;
	const outside = INSTALLED.flatMap((field) => Object.entries(rangesOf(manifest[field])))
		.filter(([, range]) => isLocal(range) && isOutside(range))
		.map(([name, range]) => `${name} from ${range}`);
	if (outside.length > 0)
		throw new UserError(
			`the project takes ${plainText(joinList(outside))}, outside of its folder, and only its folder is ` +
				"copied: publish it, or add it with --plugin path:DIR",
		);
	return JSON.stringify(withMovedWorkspaces(withMovedRanges(manifest)), null, "\t");
}

/** @returns the text of `package-lock.json` for the folder above the project */
export function movedNpmLock(text: string): string {
	const { packages, dependencies, ...lock } = JSON.parse(text) as Json;
	return JSON.stringify(
		{
			...lock,
			...(isObject(packages) ? { packages: movedPackages(packages) } : {}),
			...(isObject(dependencies) ? { dependencies: movedEntries(dependencies) } : {}),
		},
		null,
		"\t",
	);
}

/** Bun's lock file is no strict JSON. Paths stand in ranges, resolutions and keys of workspaces. */
export function movedBunLock(text: string): string {
	return text
		.replace(
			/(["@])((?:file|link):[^"]*)"/g,
			(_, before: string, range: string) => `${before}${moved(range)}"`,
		)
		.replace(/@workspace:([^"]+)"/g, (_, path: string) => `@workspace:${movedPath(path)}"`)
		.replace(/^ {2}"workspaces": \{$[\s\S]*?^ {2}\},?$/m, (section) =>
			section.replace(/^ {4}"([^"]+)": \{/gm, (_, path: string) => `    "${movedPath(path)}": {`),
		);
}

function movedPackages(packages: Json): Json {
	return Object.fromEntries(
		Object.entries(packages).map(([path, entry]) => {
			const isInstalled = path === "" || /^node_modules\//.test(path);
			return [
				isInstalled ? path : movedPath(path),
				isObject(entry) ? movedPackage(entry, path === "") : entry,
			];
		}),
	);
}

/** What a package below asks for is relative to its own folder, which has moved with it. */
function movedPackage(entry: Json, isRoot: boolean): Json {
	const { resolved } = entry;
	const own = isRoot ? withMovedWorkspaces(withMovedRanges(entry)) : entry;
	if (typeof resolved !== "string") return own;
	return { ...own, resolved: entry.link === true ? movedPath(resolved) : moved(resolved) };
}

/** As the first version of the lock file has them. */
function movedEntries(entries: Json): Json {
	return Object.fromEntries(
		Object.entries(entries).map(([name, entry]) => [
			name,
			isObject(entry) && typeof entry.version === "string"
				? { ...entry, version: moved(entry.version) }
				: entry,
		]),
	);
}

function withMovedRanges(manifest: Json): Json {
	const fields = FIELDS.flatMap((field) => {
		const ranges = Object.entries(rangesOf(manifest[field]));
		return ranges.length === 0
			? []
			: [[field, Object.fromEntries(ranges.map(([name, range]) => [name, moved(range)]))]];
	});
	return { ...manifest, ...Object.fromEntries(fields) };
}

function withMovedWorkspaces(manifest: Json): Json {
	const { workspaces } = manifest;
	if (Array.isArray(workspaces)) return { ...manifest, workspaces: workspaces.map(movedPattern) };
	if (!isObject(workspaces) || !Array.isArray(workspaces.packages)) return manifest;
	return { ...manifest, workspaces: { ...workspaces, packages: workspaces.packages.map(movedPattern) } };
}

function movedPattern(pattern: unknown): unknown {
	if (typeof pattern !== "string") return pattern;
	return pattern.startsWith("!") ? `!${movedPath(pattern.slice(1))}` : movedPath(pattern);
}

/** @returns the same for what is no path within the project */
function moved(range: string): string {
	if (!isLocal(range) || isOutside(range)) return range;
	const [, scheme = "", path = ""] = LOCAL.exec(range) ?? [];
	return `${scheme}${path.startsWith("./") ? "./" : ""}${movedPath(path)}`;
}

function movedPath(path: string): string {
	const plain = posix.normalize(path);
	return plain.startsWith("..") || plain.startsWith("/") ? path : posix.join(PROJECT_FOLDER, plain);
}

function isLocal(range: string): boolean {
	return /^(?:(?:file|link):(?![/~])|\.\.?\/)/.test(range);
}

function isOutside(range: string): boolean {
	const [, , path = ""] = LOCAL.exec(range) ?? [];
	return posix.normalize(path).startsWith("..");
}

function rangesOf(value: unknown): Record<string, string> {
	if (!isObject(value)) return {};
	return Object.fromEntries(
		Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
	);
}

function isObject(value: unknown): value is Json {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
