/** Installs a user's agent beside the framework: its plugins, each of which may fail by itself. */
import { basename, join } from "node:path";
import { z } from "zod";
import { plainText } from "../../../shared/text.ts";
import {
	type AgentManifest,
	type AgentPlugin,
	type PluginFailure,
	SCHEMA_VERSION,
} from "../../../shared/types.ts";
import type { AgentSource, PluginWord } from "../../agent/source.ts";
import { copyWithoutKeys } from "../../content.ts";
import { SetUpError, UserError } from "../../errors.ts";
import { writeJson } from "../../files.ts";
import type { CommandLog } from "../runtime.ts";
import type { Pip } from "./pip.ts";
import { projectName } from "./project.ts";

/** Below the folder of a set-up. */
export const AGENT_MANIFEST = "python/agent.json";

/** A name as PyPI has them, with a version behind `@` or `==`. */
const PACKAGE =
	/^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(\[[\w,-]*\])?(?:(?:@|==)([A-Za-z0-9.!+_-]+))?$/;
const LONGEST_MESSAGE = 600;

/** Prints name and version of what was installed: of a name, or of the folder that it was built from. */
const FIND = `
import json, re, sys
from urllib.parse import unquote
from importlib.metadata import distributions
plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
def matches(found, word):
    if not word.startswith("/"):
        return plain(found.metadata["Name"]) == plain(word)
    url = json.loads(found.read_text("direct_url.json") or "{}").get("url", "")
    return unquote(url) == "file://" + word
def find(word):
    return next(([plain(one.metadata["Name"]), one.version] for one in distributions() if matches(one, word)), None)
print(json.dumps([find(word) for word in sys.argv[1:]]))
`;
const foundPackages = z.array(z.tuple([z.string(), z.string()]).nullable());

interface Place {
	/** Of the harness. */
	folder: string;
	/** For copies that are installed. */
	staging: string;
	interpreter: string;
	/** What must stay as it is: the framework and its database, as pip names them with their versions. */
	pinned: readonly string[];
	pip: Pip;
	log: CommandLog;
}

/** A plugin on its way into the environment. */
interface Wanted extends PluginWord {
	/** What pip is asked for: a requirement, or a copy of a folder; null: nothing that it could be. */
	requirement: string | null;
	/** By what it is found once it is installed. */
	found: string;
	failure: PluginFailure | null;
}

/** Installs the plugins of an agent and writes its manifest, also of those that cannot be installed. */
export async function installAgent(source: AgentSource, place: Place): Promise<void> {
	const { folder, staging, interpreter, log } = place;
	const wanted = source.plugins.map((plugin, index) => stage(plugin, join(staging, `plugin-${index}`)));
	await installEach(wanted, place);
	const words = wanted.map(({ found }) => found);
	const text = await log.outputOf({ file: interpreter, args: ["-c", FIND, ...words] });
	const found = foundPackages.parse(JSON.parse(text));
	const plugins = wanted.map(({ origin, failure, from, found: word }, index): AgentPlugin => {
		const fallback = from.kind === "folder" ? (projectName(from.path) ?? basename(from.path)) : word;
		const [name, version] = (failure === null ? found[index] : null) ?? [fallback, null];
		return { name, version, origin, ...(failure === null ? {} : { failure }) };
	});
	const once = plugins.filter(({ name }, index) => plugins.findIndex((one) => one.name === name) === index);
	// The harness compiles nothing while it is measured: its folder cannot be written then.
	await log.run({ file: interpreter, args: ["-m", "compileall", "-q", join(folder, "src")] });
	const manifest: AgentManifest = {
		schemaVersion: SCHEMA_VERSION,
		kind: "agent-manifest",
		name: source.name,
		character: source.character,
		entry: null,
		plugins: once,
	};
	writeJson(join(folder, basename(AGENT_MANIFEST)), manifest);
}

function stage(plugin: PluginWord, copy: string): Wanted {
	const { from } = plugin;
	if (from.kind === "folder") {
		copyWithoutKeys(from.path, copy);
		return { ...plugin, requirement: copy, found: copy, failure: null };
	}
	const [, name, extras = "", version] = PACKAGE.exec(from.spec) ?? [];
	if (name === undefined) {
		const message = `${plainText(from.spec)} names no package of PyPI`;
		return { ...plugin, requirement: null, found: from.spec, failure: failed("Requirement", message) };
	}
	const requirement = `${name}${extras}${version === undefined ? "" : `==${version}`}`;
	return { ...plugin, requirement, found: name, failure: null };
}

/** All at once, or one after another where pip refuses that: then each one's own words are known. */
async function installEach(wanted: readonly Wanted[], { pip, pinned }: Place): Promise<void> {
	const asked = wanted.flatMap((one) => (one.requirement === null ? [] : [{ ...one, of: one }]));
	const all = asked.flatMap(({ requirement }) => requirement ?? []);
	if (all.length === 0 || (await tryInstall(pip, [...pinned, ...all])) === null) return;
	const kept = [...pinned];
	for (const { requirement, of } of asked) {
		if (requirement === null) continue;
		const message = await tryInstall(pip, [...kept, requirement]);
		if (message === null) kept.push(requirement);
		else of.failure = failed("pip", message);
	}
}

/** @returns pip's words; null: it is installed */
async function tryInstall(pip: Pip, requirements: readonly string[]): Promise<string | null> {
	try {
		// A package without a wheel would run code of its own when it is built.
		await pip.install("--only-binary", ":all:", ...requirements);
		return null;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return plainText(error instanceof SetUpError ? error.words : error.message, LONGEST_MESSAGE);
	}
}

function failed(type: string, message: string): PluginFailure {
	return { phase: "install", type, message, stack: "" };
}
