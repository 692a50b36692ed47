/** What each command of ./run.sh has to do on a runtime. The tables are apart, so that they are tried at once. */
import { describe, test } from "node:test";
import { RUNTIME_NAMES } from "../../../orchestrator/runtimes/index.ts";
import type { RuntimeName } from "../../../shared/types.ts";
import { LONG } from "../long.ts";
import { LIMIT_MS } from "../program.ts";

/** By the command's words. */
export type Rows = Readonly<Record<string, (runtime: RuntimeName) => void | Promise<void>>>;

/** What compiles, or measures, for minutes. */
const SLOW: readonly string[] = [
	"ab on python",
	"ab on rust",
	// tests/integration/agent-python.test.ts has more of it.
	"agent on python",
	"density on python",
	"load on python",
	"load on typescript",
	"merge on python",
	"micro on rust",
	"micro on python",
	"profile on rust",
	// tests/integration/sweep.test.ts has more of it.
	"sweep on typescript",
	"sweep on python",
	"sweep on rust",
	// tests/integration/versions.test.ts has more of it.
	"versions on typescript",
	"versions on python",
	"versions on rust",
	"profile on python",
	"soak on typescript",
	"soak on python",
	"everything on typescript",
	"everything on python",
];

export function testRows(rows: Rows): void {
	for (const [command, check] of Object.entries(rows)) {
		describe(command, () => {
			for (const runtime of RUNTIME_NAMES)
				test(
					`./run.sh ${command} works on ${runtime}`,
					SLOW.includes(`${command} on ${runtime}`) ? LONG : { timeout: LIMIT_MS },
					() => check(runtime),
				);
		});
	}
}
