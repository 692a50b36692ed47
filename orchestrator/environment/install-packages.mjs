/**
 * Installs the orchestrator's own packages: install-packages.mjs ROOT prod|dev. They are installed aside and
 * renamed into place, so that they are whole or not there. A signal ends npm with all that it has started.
 */
import { spawn } from "node:child_process";
import {
	closeSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
} from "node:fs";
import { join } from "node:path";
import { NPM_FLAGS, setUpVariables } from "./passed-on.mjs";

const INTERRUPTED = 130;
const LOG_TAIL_LINES = 5;
const ASIDE = /^\.node_modules-(\d+)$/;

const [root = ".", mode = "prod"] = process.argv.slice(2);
const aside = join(root, `.node_modules-${process.pid}`);
const log = join(root, ".cache/bootstrap.log");

function removeAside() {
	rmSync(aside, { recursive: true, force: true });
}

/** Removes what set-ups that were killed have left. */
function removeLeftovers() {
	for (const name of readdirSync(root)) {
		const pid = Number(ASIDE.exec(name)?.[1]);
		if (pid > 0 && !isAlive(pid)) rmSync(join(root, name), { recursive: true, force: true });
	}
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return error.code === "EPERM";
	}
}

/** @param {string} message */
function fail(message) {
	console.error(`error: ${message}`);
	process.exit(2);
}

function runNpm() {
	const flags = [...NPM_FLAGS, "--loglevel=error", "--prefix", aside];
	const include = mode === "dev" ? ["--include=dev"] : ["--omit=dev"];
	const output = openSync(log, "w");
	const npm = spawn("npm", ["ci", ...flags, ...include], {
		cwd: root,
		env: setUpVariables(process.env, root),
		stdio: ["ignore", output, output],
		detached: true,
	});
	closeSync(output);
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
		process.on(signal, () => {
			if (signal === "SIGHUP" && process.env.ELIZA_BENCHMARK_IGNORES_HUP) return;
			try {
				process.kill(-npm.pid, "SIGKILL");
			} catch {
				// It has ended.
			}
			removeAside();
			process.exit(INTERRUPTED);
		});
	return new Promise((resolve) => {
		npm.on("error", (error) => resolve(error.message));
		npm.on("close", (code) => resolve(code === 0 ? null : lastLines() || `npm ended with status ${code}`));
	});
}

function lastLines() {
	return readFileSync(log, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
}

try {
	removeLeftovers();
	mkdirSync(join(root, ".cache"), { recursive: true });
	mkdirSync(aside);
	for (const name of ["package.json", "package-lock.json", ".npmrc"])
		copyFileSync(join(root, name), join(aside, name));
	const problem = await runNpm();
	if (problem !== null) {
		removeAside();
		fail(`npm could not install the orchestrator's packages; its log ends:\n${problem}`);
	}
	const place = join(root, "node_modules");
	if (existsSync(place)) renameSync(place, join(aside, "before"));
	renameSync(join(aside, "node_modules"), place);
	removeAside();
} catch (error) {
	removeAside();
	fail(`the orchestrator's packages could not be installed: ${error.message}`);
}
