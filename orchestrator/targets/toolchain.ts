/** Finds a runtime's toolchain on this machine. */
import { execa } from "execa";
import type { RuntimeName } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { RUNTIMES } from "../runtimes/index.ts";

/**
 * @param chosen the runtimes that the user has asked for
 * @throws {UserError} with what to install and the flag that leaves the runtime out
 */
export async function findToolchain(
	runtime: RuntimeName,
	chosen: readonly RuntimeName[],
): Promise<{ command: string; version: string }> {
	const { name, commands, minimum, advice } = RUNTIMES[runtime].toolchain;
	const found: string[] = [];
	for (const command of commands) {
		const result = await execa(command, ["--version"], { reject: false });
		const version = /(\d+)\.(\d+)(\.\d+)?/.exec(String(result.stdout ?? ""));
		if (result.failed || !version) continue;
		const [major, minor] = [Number(version[1]), Number(version[2])];
		if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1]))
			return { command, version: version[0] };
		found.push(version[0]);
	}
	const others = chosen.filter((other) => other !== runtime);
	const without = others.length > 0 ? `, or leave it out with --targets ${others.join(",")}` : "";
	const there = found.length > 0 ? `found ${found.join(", ")}` : "not found";
	throw new UserError(
		`the target ${runtime} needs ${name} ${minimum.join(".")} or newer (${there}): ${advice}${without}`,
	);
}
