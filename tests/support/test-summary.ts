/**
 * `test-summary.ts FOLDER PART...`: what `./test.sh` prints at its end, from the files that the parts have left
 * in the folder. The exit status is 1 if a check failed or is not there.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SaxesParser } from "saxes";

const SLOWEST = 10;
const FAILED = "FAILED  ";

export interface TimedTest {
	part: string;
	name: string;
	seconds: number;
}

/** The test cases of a JUnit report, as Node.js, pytest and Bun write it. */
export function readTimes(part: string, junit: string): TimedTest[] {
	const tests: TimedTest[] = [];
	const parser = new SaxesParser();
	// Messages of failures may hold characters that XML does not allow.
	parser.on("error", () => {});
	parser.on("opentag", ({ name, attributes }) => {
		if (name !== "testcase") return;
		tests.push({ part, name: attributes.name ?? "", seconds: Number(attributes.time ?? 0) });
	});
	parser.write(junit).close();
	return tests;
}

/** Checks of a part that came to no end have left no line: that is a failure too. */
export function summarize(
	folder: string,
	parts: readonly string[],
): { lines: string[]; passed: number; failed: number } {
	const read = (name: string) =>
		existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : null;
	const checks = parts.flatMap(
		(part) => read(`${part}.checks`)?.trimEnd().split("\n") ?? [`${FAILED}${part}: came to no end`],
	);
	const failedParts = parts.filter((part) => read(`${part}.checks`)?.includes(FAILED) ?? true);
	const failed = checks.filter((line) => line.startsWith(FAILED)).length;
	const tests = parts.flatMap((part) => {
		const junit = read(`${part}.junit.xml`);
		return junit === null ? [] : readTimes(part, junit);
	});
	const slowest = tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
	const lines = [
		...(parts.length > 1 ? failedParts.flatMap((part) => [`== ${part}`, read(`${part}.log`) ?? ""]) : []),
		"Seconds per part",
		...parts.map((part) => row(Number(read(`${part}.seconds`) ?? Number.NaN), part)),
		"",
		...(slowest.length > 0
			? ["Slowest tests", ...slowest.map(({ part, name, seconds }) => row(seconds, `${part}: ${name}`)), ""]
			: []),
		...checks,
		`${checks.length - failed} passed, ${failed} failed`,
	];
	return { lines, passed: checks.length - failed, failed };
}

function row(seconds: number, text: string): string {
	return `${(Number.isNaN(seconds) ? "-" : seconds.toFixed(0)).padStart(6)}  ${text}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [, , folder = "", ...parts] = process.argv;
	const { lines, failed } = summarize(folder, parts);
	console.log(`\n${lines.join("\n")}`);
	process.exitCode = failed === 0 ? 0 : 1;
}
