/**
 * Shows stored results with the parser of `./run.sh`. `node --import tsx compare.ts RUN` does the same as
 * `./run.sh report RUN`, and `compare.ts BASE HEAD` the same as `./run.sh compare BASE HEAD`. For more than
 * two result files there is `report`.
 */
import { runProgram } from "./orchestrator/cli/program.ts";

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith("-"));
const paths = firstOption < 0 ? words : words.slice(0, firstOption);
process.exitCode = await runProgram([paths.length === 2 ? "compare" : "report", ...words]);
