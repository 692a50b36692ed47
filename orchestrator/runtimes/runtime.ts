/** Everything that the orchestrator knows of a runtime: one object of the type {@link Runtime} for each. */
import type { Frame } from "../../analysis/tools/hot-functions.ts";
import type {
	MicroBenchmark,
	ProcessRecord,
	Target,
	TargetSize,
	TargetSource,
	Variant,
} from "../../shared/types.ts";
import type { AgentSource } from "../agent/source.ts";
import type { Launch } from "../process/launch.ts";

export interface Runtime {
	toolchain: Toolchain;
	/** Sets the harness up in the repository, with the locked version of the framework. */
	setUp: Recipe;
	/** Sets up what `tools` need beside that, in an environment of its own; null: they need nothing. */
	toolsSetUp: Recipe | null;
	/** Folders in the repository that the two fill. */
	products: readonly string[];
	/**
	 * Files and folders that the harness consists of. A target's folder gets a copy of them, because engines
	 * resolve links.
	 */
	harnessFiles: readonly string[];
	/** What is started for a target that was set up below a folder. */
	executable(root: string, role: ProcessRecord["role"], variants: readonly Variant[]): Executable;
	/**
	 * Lists what a whole set-up below a folder consists of, as paths relative to it. It costs little to look
	 * whether they are there.
	 */
	listContents(root: string): string[];
	/** What a set-up below a folder takes on the disk. */
	measureSize(root: string): Promise<Sizes>;
	/** In the order in which a target names them, so that one set has one name. */
	variants: readonly VariantDefinition[];
	published: PublishedVersions;
	checkout: CheckoutRules;
	installation: InstallationRules;
	/** Null: no agent of a user's own can be measured on it. */
	agents: AgentRules | null;
	tools: Tools;
}

export type Executable = Omit<Launch, "env">;

export interface Toolchain {
	name: string;
	/** The first of these commands that is new enough is taken. */
	commands: readonly string[];
	minimum: readonly [major: number, minor: number];
	/** How a user gets it. */
	advice: string;
	/**
	 * Says with what a set-up is made: another answer means another set-up.
	 * @param ask runs a program and returns its standard output, empty where it fails
	 */
	identify(command: string, ask: (file: string, args: readonly string[]) => Promise<string>): Promise<string>;
}

export interface Command {
	file: string;
	args: string[];
	/** Default: the repository's root. */
	cwd?: string;
	/** Added to the environment of set-ups. */
	env?: Record<string, string>;
}

export interface Recipe {
	/** Files and folders whose content decides whether the set-up is still current. */
	inputs: readonly string[];
	/** Exists once the set-up is done. */
	product: string;
	/**
	 * @param toolchain the command of the runtime's toolchain
	 * @throws {UserError} with a command's last words
	 */
	follow(toolchain: string, log: CommandLog): Promise<void>;
}

/** Another engine, build or database with the same framework: a target names it behind a `+`. */
export interface VariantDefinition {
	name: Variant;
	/** Its name in the head of a table. */
	label: string;
	/** What it is, for the list of targets. */
	about: string;
	/** Its engine, where that is another one than the locked target's. */
	engine?: Target["engine"];
	/** Its database, where that is another one, in the version that goes with the locked framework. */
	database?: Target["database"];
}

export type Sizes = Omit<TargetSize, "setupSeconds">;

export interface PublishedVersions {
	/** True if the package manager that is asked is part of the set-up. */
	needsSetUp: boolean;
	/**
	 * @returns the published versions of a package, oldest first
	 * @throws {UserError} when the package manager fails, or has no such list
	 */
	list(name: string): Promise<string[]>;
}

/** This is how a local copy of the framework is read. */
export interface CheckoutRules {
	/**
	 * Whether a build reads what lies beside the copy: then the place of the copy belongs to the target's
	 * identity.
	 */
	builtInPlace: boolean;
	/**
	 * @param path a folder, no link
	 * @throws {UserError} when it holds no such package
	 */
	read(path: string): Promise<LocalCopy>;
}

export interface LocalCopy {
	/** The version that the package names; null where only its build names one. */
	version: string | null;
	/** The folders whose content is the framework's. */
	folders: string[];
}

export interface InstallationRules {
	/** True if it is faster when it builds on the locked version's build. Then it waits for that build. */
	buildsOnLocked: boolean;
	/**
	 * Sets the harness up with another version, a local copy or a variant.
	 * @throws {UserError} with the package manager's last words
	 */
	install(place: InstallationPlace): Promise<Installation>;
}

export interface AgentRules {
	/** The file that tells the harness of an agent, below the folder of a set-up. */
	manifest: string;
	/** Whether it can run a project that the framework's command line has built. */
	takesProjects: boolean;
	/**
	 * Refuses what is wrong before anything is set up, as far as that can be seen.
	 * @throws {UserError} saying what to do
	 */
	refuseUnusable?(source: AgentSource, without: readonly string[]): void;
}

export interface InstallationPlace {
	target: Target;
	/** Null: the locked version. */
	source: TargetSource | null;
	variants: readonly Variant[];
	/** The folder of the set-up. It holds a copy of the harness's files and nothing else. */
	root: string;
	/** A folder for local copies, which is removed after the installation. */
	staging: string;
	/** The command of the runtime's toolchain. */
	toolchain: string;
	/** Says whether the locked version is set up just now. */
	lockedIsCurrent: boolean;
	log: CommandLog;
}

/** Runs commands, with a log of what each was and what it said. */
export interface CommandLog {
	/** @throws {UserError} with the command's last words */
	run(command: Command): Promise<void>;
	/**
	 * @returns its standard output, which is kept out of the log
	 * @throws {UserError} with the command's last words
	 */
	outputOf(command: Command): Promise<string>;
}

export interface Installation {
	/** Versions as installed. */
	framework: string;
	database: string;
	/** The file that lists every package of the set-up with its version. */
	lock: string;
	/** True if it was built on an earlier build. Then its time says nothing about a set-up. */
	seeded: boolean;
}

export type Say = (line: string) => void;

/** The runtime's own micro-benchmark library and profiler. */
export interface Tools {
	/** The library of `runMicro`. */
	microLibrary: string;
	/**
	 * @param folder an empty one for the library's own files
	 * @param quick with fewer samples
	 */
	runMicro(folder: string, quick: boolean, say: Say): Promise<MicroBenchmark[]>;
	/** @returns the CPU profile's file, in a format that speedscope opens */
	takeProfile(scenario: string, iterations: number, folder: string, say: Say): Promise<string>;
	/** Says whether a frame of a profile is the framework's own code. */
	isFramework(frame: Frame): boolean;
}
