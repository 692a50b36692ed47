/**
 * Shows stored results with the parser of `./run.sh`: `node --import tsx compare.ts RUN` is `./run.sh report RUN`,
 * `compare.ts BASE HEAD` is `./run.sh compare BASE HEAD`. More result files are put side by side by `report`.
 */
import { runProgram } from "./orchestrator/cli/program.ts";

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith("-"));
const paths = firstOption < 0 ? words : words.slice(0, firstOption);
process.exitCode = await runProgram([paths.length === 2 ? "compare" : "report", ...words]);
