/** What takes minutes is tried when it is asked for: by `./test.sh long`, which CI runs once a week. */
import { LIMIT_MS } from "./program.ts";

export const isLong = process.env.BENCHMARK_LONG === "1";

/** Options of a test that only the long tests run. Elsewhere it is skipped, and says so. */
export const LONG = {
	timeout: LIMIT_MS,
	skip: isLong ? false : "it takes minutes: ./test.sh long runs it",
};
