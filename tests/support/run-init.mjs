// Runs the init of a plugin and says so on descriptor 3: what an isolated process is tested with. It is plain
// JavaScript, so that it starts without a loader. It ends with its standard input.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [path, settings] = process.argv.slice(2);
const { default: plugin } = await import(pathToFileURL(path).href);
const known = JSON.parse(settings);
await plugin.init({}, { getSetting: (name) => known[name] ?? null });
writeSync(3, `${JSON.stringify({ pid: process.pid, uid: process.getuid(), cwd: process.cwd() })}\n`);
process.stdin.resume().on("end", () => process.exit(0));
