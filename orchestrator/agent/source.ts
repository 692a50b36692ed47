/**
 * Reads what a user's agent consists of: a character's file, a folder whose `package.json` names character
 * and plugins, or a built project of the framework's command line. Nothing is run, and nothing written.
 */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import { plainText } from "../../shared/text.ts";
import type { PluginOrigin } from "../../shared/types.ts";
import { contentDigest } from "../content.ts";
import { messageOf, UserError } from "../errors.ts";
import { withoutMark } from "../files.ts";

/** A plugin as it is asked for. */
export interface PluginWord {
	/** A folder, absolute, or what npm or pip is asked for: a name, or a name with a version. */
	from: { kind: "folder"; path: string } | { kind: "package"; spec: string };
	origin: PluginOrigin;
}

export interface AgentSource {
	name: string;
	/** Without its secrets. Null: the project's entry brings it. */
	character: Record<string, unknown> | null;
	plugins: PluginWord[];
	/** Null: it is a file, or a folder that is no project. */
	project: Project | null;
	/** What it asks for as the framework's version: a version or a range; null: it does not say. */
	framework: string | null;
	digest: string;
}

export interface Project {
	folder: string;
	/** The file with the default export, relative to the folder. */
	entry: string;
	/** The file that names the versions of all packages; null: there is none. */
	lock: "package-lock.json" | "bun.lock" | null;
}

/** The framework's command line looks here too, whatever the manifest names. */
const BUILT = ["dist/index.js", "dist/src/index.js"];

const character = z.looseObject({ name: z.string().min(1), plugins: z.array(z.string()).optional() });
const packages = z.record(z.string(), z.string()).optional();
const manifest = z.looseObject({
	name: z.string().optional(),
	main: z.string().optional(),
	module: z.string().optional(),
	exports: z.unknown().optional(),
	dependencies: packages,
	devDependencies: packages,
	peerDependencies: packages,
	agent: z
		.union([
			z.strictObject({ character: z.string(), plugins: z.array(z.string()).optional() }),
			z.looseObject({}),
			z.string(),
		])
		.optional(),
});
type Manifest = z.infer<typeof manifest>;

/**
 * @param path absolute
 * @param added plugins of the command line: `NAME`, `NAME@VERSION` or `path:DIR`
 * @param frameworkName the package of the framework, whose version a `package.json` may name
 * @throws {UserError} where there is no agent
 */
export function readAgentSource(path: string, added: readonly string[], frameworkName: string): AgentSource {
	const shown = plainText(path);
	const entry = statSync(path, { throwIfNoEntry: false });
	if (entry === undefined)
		throw new UserError(`there is no ${shown}: name a character's file or a project's folder`);
	const own = entry.isDirectory()
		? readFolder(realpathSync(path), frameworkName)
		: readFile(realpathSync(path));
	const plugins = [...own.plugins, ...added.map((word) => parsePlugin(word, "added", process.cwd()))];
	const folders = plugins.flatMap(({ from }) => (from.kind === "folder" ? [from.path] : []));
	return { ...own, plugins, digest: contentDigest([realpathSync(path), ...folders]) };
}

type OwnSource = Omit<AgentSource, "digest">;

function readFile(path: string): OwnSource {
	const read = readCharacter(path);
	return {
		name: read.name,
		character: read.character,
		plugins: namedPlugins(read.plugins, "character", dirname(path), {}),
		project: null,
		framework: null,
	};
}

function readFolder(folder: string, frameworkName: string): OwnSource {
	const path = join(folder, "package.json");
	if (!existsSync(path))
		throw new UserError(
			`the folder ${plainText(folder)} has no package.json: name a character's file or a project`,
		);
	const read = parseJson(path, manifest, "package.json");
	const asked = { ...read.peerDependencies, ...read.devDependencies, ...read.dependencies };
	const framework = asked[frameworkName] ?? null;
	const own = read.agent;
	if (typeof own === "object" && typeof own.character === "string") {
		const file = join(folder, own.character);
		const { name, character: found, plugins } = readCharacter(file);
		const named = Array.isArray(own.plugins) ? (own.plugins as string[]) : [];
		return {
			name,
			character: found,
			plugins: [
				...namedPlugins(plugins, "character", dirname(file), asked),
				...namedPlugins(named, "folder", folder, asked),
			],
			project: null,
			framework,
		};
	}
	const [named = "", ...others] = entriesOf(read);
	const entry = [named, ...others].find((one) => existsSync(join(folder, one)));
	if (entry === undefined)
		throw new UserError(
			`the project in ${plainText(folder)} has no ${plainText(named)}, which it exports: build it first ` +
				"(or name a character's file)",
		);
	const locks = ["package-lock.json", "bun.lock"] as const;
	return {
		name: read.name ?? basename(folder),
		character: null,
		plugins: [],
		project: { folder, entry, lock: locks.find((name) => existsSync(join(folder, name))) ?? null },
		framework,
	};
}

/** Lists the files that a project may export: those that it names, and those that are built by default. */
function entriesOf({ exports: exported, module, main }: Manifest): string[] {
	let found: unknown = exported;
	for (const key of [".", "import", "default"])
		if (typeof found === "object" && found !== null && key in found)
			found = (found as Record<string, unknown>)[key];
	return [found, module, main, ...BUILT].filter((one) => typeof one === "string");
}

function readCharacter(path: string): {
	name: string;
	character: Record<string, unknown>;
	plugins: string[];
} {
	const { plugins = [], ...rest } = parseJson(path, character, "character");
	const { secrets: _, settings, ...kept } = rest as Record<string, unknown>;
	const { secrets: _secrets, ...open } = (settings ?? {}) as Record<string, unknown>;
	return { name: rest.name, character: { ...kept, plugins, settings: open }, plugins };
}

/** @param versions those that a `package.json` asks for */
function namedPlugins(
	words: readonly string[],
	origin: PluginOrigin,
	folder: string,
	versions: Record<string, string>,
): PluginWord[] {
	return words.map((word) => {
		const parsed = parsePlugin(word, origin, folder);
		const version = versions[word];
		return version === undefined || parsed.from.kind === "folder"
			? parsed
			: { ...parsed, from: { kind: "package", spec: `${word}@${version}` } };
	});
}

const PATH = "path:";
/** A word that begins otherwise would be an option, a folder or an address for a package manager. */
const PACKAGE = /^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*(?:(?:@|==)[\w.^~<>=|*+ -]+)?$/i;

function parsePlugin(word: string, origin: PluginOrigin, folder: string): PluginWord {
	const isPath = word.startsWith(PATH);
	const text = isPath ? word.slice(PATH.length) : word;
	if (!isPath && !text.startsWith(".") && !isAbsolute(text)) {
		if (!PACKAGE.test(text))
			throw new UserError(
				`'${plainText(text)}' is no plugin: name a package (NAME or NAME@VERSION), or path:DIR for a folder`,
			);
		return { from: { kind: "package", spec: text }, origin };
	}
	const path = resolve(folder, text);
	if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
		throw new UserError(`there is no folder ${plainText(path)}, which is named as a plugin`);
	return { from: { kind: "folder", path: realpathSync(path) }, origin };
}

function parseJson<T>(path: string, schema: z.ZodType<T>, what: string): T {
	let data: unknown;
	try {
		data = JSON.parse(withoutMark(readFileSync(path, "utf8")));
	} catch (error) {
		throw new UserError(`cannot read ${plainText(path)}: ${messageOf(error)}`);
	}
	const found = schema.safeParse(data);
	if (found.success) return found.data;
	const [issue] = found.error.issues;
	throw new UserError(
		`${plainText(path)} is no ${what}: ${issue?.path.join(".") || "it"}: ${issue?.message ?? "is wrong"}`,
	);
}
