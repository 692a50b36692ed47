/**
 * Puts the program into one file, which starts four times as fast as its hundreds of files in TypeScript:
 * bundle-program.mjs ROOT FILE FIRST_LINE. The file is written aside and renamed, so that it is whole or not
 * there.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [root = ".", file = "", firstLine = ""] = process.argv.slice(2);
const aside = `${file}.${process.pid}.tmp`;
/** Packages in CommonJS ask for Node.js's modules by `require`, which a module does not have. */
const REQUIRE =
	'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** Every file finds what lies beside it, as if it were where it came from. */
const ownPlaces = {
	name: "own-places",
	/** @param {import("esbuild").PluginBuild} program */
	setup(program) {
		program.onLoad({ filter: /\.ts$/ }, ({ path }) => {
			const url = JSON.stringify(pathToFileURL(path).href);
			const contents = readFileSync(path, "utf8").replaceAll("import.meta.url", () => url);
			return { contents, loader: "ts" };
		});
	},
};

try {
	const { outputFiles } = await build({
		absWorkingDir: root,
		entryPoints: [join(root, "orchestrator/main.ts")],
		bundle: true,
		write: false,
		platform: "node",
		target: "node20",
		format: "esm",
		logLevel: "silent",
		keepNames: true,
		legalComments: "none",
		banner: { js: `${firstLine}\n${REQUIRE}` },
		plugins: [ownPlaces],
	});
	writeFileSync(aside, outputFiles[0]?.contents ?? "");
	renameSync(aside, file);
} catch (error) {
	rmSync(aside, { force: true });
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
