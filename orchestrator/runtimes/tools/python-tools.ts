/**
 * The environment for Python's profiler and micro-benchmark library: the measured one, plus tools. Nothing is
 * measured for a result in it.
 */
import { join } from "node:path";
import { ROOT } from "../../files.ts";
import { findToolchain, provisionTools, type Say } from "../../targets/provision.ts";

const VENV = join(ROOT, "python/.venv-tools");
const LOCKS = ["python/requirements.lock", "python/requirements-tools.lock"];

/** @returns the interpreter of the environment, which is set up if it is not there */
export async function pythonWithTools(say: Say): Promise<string> {
	const interpreter = join(VENV, "bin/python");
	const { command } = await findToolchain("python", ["python"]);
	const install = ["-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"];
	await provisionTools(
		"python-tools",
		{
			inputs: LOCKS,
			product: interpreter,
			steps: [
				{ file: command, args: ["-m", "venv", "--clear", VENV] },
				{ file: interpreter, args: [...install, ...LOCKS.flatMap((lock) => ["-r", join(ROOT, lock)])] },
			],
		},
		say,
	);
	return interpreter;
}
