/** What takes minutes is tried as it is asked for: by `./test.sh long`, which CI runs once a week. */
import { test } from "node:test";

export const isLong = process.env.BENCHMARK_LONG === "1";

/** A test that only the long tests run. Elsewhere it is skipped, and says so. */
export function longTest(
	name: string,
	options: { timeout: number },
	check: () => void | Promise<void>,
): void {
	test(name, { ...options, skip: isLong ? false : "it takes minutes: ./test.sh long runs it" }, check);
}
