/** Sets up the Python harness with another version or a local copy of the framework. */
import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyContent } from "../content.ts";
import { UserError } from "../errors.ts";
import { SOURCE } from "../targets/folder.ts";
import { pythonProjects } from "./checkout.ts";
import type { Installer } from "./installer.ts";
import { harnessesIn } from "./launch.ts";

export const installPython: Installer = async ({ target, source, variants, root, toolchain, log }) => {
	const folder = join(root, "python");
	const lock = join(folder, "requirements.lock");
	const { file: python } = harnessesIn(root).python;
	const install = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input"];
	await log.run({ file: toolchain, args: ["-m", "venv", "--clear", join(folder, ".venv")] });
	const locked = variants.includes("uvloop") ? join(folder, "requirements-uvloop.lock") : lock;
	await log.run({ file: python, args: [...install, "--require-hashes", "-r", locked] });
	const names = [target.framework.package, target.database.package];
	if (source?.kind === "version") {
		const pinned = names.map((name) => `${name}==${source.version}`);
		try {
			await log.run({ file: python, args: [...install, ...pinned] });
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			// Not every version of the framework has a database of the same: then the locked one stays.
			await log.run({ file: python, args: [...install, ...pinned.slice(0, 1)] });
		}
	} else if (source !== null) {
		// Copies: some build tools leave their products in the folder that they build from.
		const copies = pythonProjects(realpathSync(source.path)).map((project, index) => {
			const copy = join(root, SOURCE, String(index));
			copyContent(project, copy);
			return copy;
		});
		await log.run({ file: python, args: [...install, ...copies] });
	}
	const versions = `from importlib.metadata import version; print(*map(version, ${JSON.stringify(names)}))`;
	const [framework = "", database = ""] = (
		await log.outputOf({ file: python, args: ["-c", versions] })
	).split(" ");
	// What the measurement names as its lock file.
	writeFileSync(
		lock,
		`${await log.outputOf({ file: python, args: ["-m", "pip", "freeze", "--disable-pip-version-check", "--all"] })}\n`,
	);
	return { framework, database, lock, seeded: false };
};
