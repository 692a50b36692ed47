// A site's folder: its pages link to each other and to nothing else, and it replaces a site and nothing else.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { after, type TestContext, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { parseHTML } from "linkedom";
import { siteCommand } from "../../../orchestrator/commands/site.ts";
import { SiteFolder } from "../../../orchestrator/commands/site-folder.ts";
import { UserError } from "../../../orchestrator/errors.ts";
import { asVersions, MANY_RUNS, shortResults, writeManyRuns } from "../../support/many-runs.ts";
import { HOSTILE } from "../../support/pages.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-site-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a site without a word on the terminal. @returns what it says that it leaves out */
function write(context: TestContext, output: string, ...places: string[]): string[] {
	const said: string[] = [];
	context.mock.method(console, "log", () => {});
	context.mock.method(console, "error", (line: string) => said.push(line));
	siteCommand(output, places);
	context.mock.restoreAll();
	return said;
}

function filesOf(site: string): Record<string, string> {
	const names = readdirSync(site, { recursive: true, encoding: "utf8", withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(site.length + 1));
	return Object.fromEntries(names.toSorted().map((name) => [name, readFileSync(join(site, name), "utf8")]));
}

/** The same as digests, because a difference of whole pages is no message. */
function digestsOf(site: string): [string, string][] {
	return Object.entries(filesOf(site)).map(([name, text]) => [
		name,
		createHash("sha256").update(text).digest("hex"),
	]);
}

/** Links that lead to no file of the site, or to no element of it. */
function brokenLinks(files: Record<string, string>): string[] {
	const pages = Object.entries(files).filter(([name]) => name.endsWith(".html"));
	const documents = new Map(pages.map(([name, text]) => [name, parseHTML(text).document]));
	const ids = new Map(
		[...documents].map(([name, document]) => [
			name,
			new Set([...document.querySelectorAll("[id]")].map(({ id }) => id)),
		]),
	);
	return [...documents].flatMap(([name, document]) =>
		[...document.querySelectorAll("a")].flatMap((link) => {
			const href = link.getAttribute("href") ?? "";
			const [path = "", anchor] = href.split("#");
			const target = path === "" ? name : normalize(join(dirname(name), path));
			const leads = ids.has(target) && (anchor === undefined || ids.get(target)?.has(anchor) === true);
			return leads ? [] : [`${name}: ${href}`];
		}),
	);
}

test("a site holds a page for every run, every link leads somewhere, and what is left out is named", (context) => {
	const runs = join(folder, "runs");
	writeManyRuns(runs);
	const site = join(folder, "site");
	const said = write(context, site, runs);
	const files = filesOf(site);
	assert.equal(
		Object.keys(files).filter((name) => name.startsWith("runs/")).length,
		MANY_RUNS.whole + MANY_RUNS.interrupted,
	);
	assert.deepEqual(brokenLinks(files), []);
	assert.deepEqual(brokenLinks({ "a.html": '<a href="b.html"></a><a href="#c"></a>' }).length, 2);
	for (const [name, text] of Object.entries(files)) {
		assert.doesNotMatch(text, /\b(?:src|srcset|action)=|url\(|@import|https?:(?!\/\/www\.w3\.org\/)/, name);
		assert.ok(!text.includes(folder), `${name} tells where the runs were`);
	}
	assert.equal(said.length, MANY_RUNS.leftOut);
	const left = parseHTML(files["index.html"] ?? "").document.querySelectorAll("#left-out li");
	const sentences = [...left].map((one) => one.textContent ?? "");
	assert.match(sentences.join("\n"), /day-0\/typescript\.json is a copy of bad\/copy\.json/);
	assert.match(sentences.join("\n"), /bad\/truncated\.json is not complete JSON/);
	assert.match(files["history.html"] ?? "", /slower/);
	assert.ok(Object.keys(files).some((name) => name.startsWith("versions/")));
	assert.match(
		files["machines.html"] ?? "",
		/Neoverse-N1.*This run was interrupted|This run was interrupted.*Neoverse-N1/s,
	);
});

test("the same runs make the same bytes, wherever they lie and in whatever order they are named", (context) => {
	const [one, other] = [join(folder, "one"), join(folder, "other")];
	const results = shortResults();
	const versions = asVersions(results).map((result) => ({ ...result, timestamp: "2026-11-26T00:00:00Z" }));
	for (const [place, name] of [
		[one, "a"],
		[other, "b"],
	] as const) {
		mkdirSync(place);
		for (const result of [...results, ...versions])
			writeFileSync(join(place, `${name}-${result.target.id}.json`), JSON.stringify(result));
	}
	const [first, second] = [join(folder, "first"), join(folder, "second")];
	write(context, first, one);
	const files = readdirSync(other).map((name) => join(other, name));
	write(context, second, ...files.toReversed());
	assert.deepEqual(digestsOf(first), digestsOf(second));
	assert.equal(Object.keys(filesOf(first)).filter((name) => name.startsWith("runs/")).length, 2);
	write(context, first, one);
	assert.deepEqual(digestsOf(first), digestsOf(second));
});

test("a site replaces an earlier one with its pages, and refuses every folder that holds something else", (context) => {
	const [place, site] = [join(folder, "few"), join(folder, "replaced")];
	const [rust] = shortResults().filter(({ target }) => target.id === "rust");
	assert.ok(rust);
	mkdirSync(place);
	writeFileSync(join(place, "rust.json"), JSON.stringify(rust));
	// An empty folder is taken, and a link to a folder is a folder.
	mkdirSync(join(folder, "real"));
	symlinkSync(join(folder, "real"), site);
	write(context, site, place);
	const before = filesOf(join(folder, "real"));
	const [page] = Object.keys(before).filter((name) => name.startsWith("runs/"));
	writeFileSync(join(place, "rust.json"), JSON.stringify({ ...rust, timestamp: "2026-11-27T00:00:00.000Z" }));
	write(context, site, place);
	const now = filesOf(join(folder, "real"));
	assert.ok(page !== undefined && !(page in now));
	assert.equal(Object.keys(now).length, Object.keys(before).length);

	const refused = (what: RegExp) => {
		assert.throws(
			() => write(context, site, place),
			(error) => error instanceof UserError && what.test(error.message),
		);
		context.mock.restoreAll();
		assert.ok(isDeepStrictEqual(filesOf(join(folder, "real")), { ...now, ...extra }));
	};
	let extra: Record<string, string> = { "runs/mine.txt": "mine" };
	writeFileSync(join(site, "runs/mine.txt"), "mine");
	refused(/mine\.txt is not of the site/);
	rmSync(join(site, "runs/mine.txt"));
	extra = {};
	const list = now["site.json"] ?? "";
	extra = { "site.json": list.slice(0, 20) };
	writeFileSync(join(site, "site.json"), list.slice(0, 20));
	refused(/is not empty and holds no site/);
	writeFileSync(join(site, "site.json"), list);
	const file = join(folder, "file");
	writeFileSync(file, "");
	assert.throws(() => write(context, file, place), /is a file: name a folder/);
	context.mock.restoreAll();
	assert.throws(() => write(context, join(folder, "none"), join(folder, "nowhere")), /there is no .*nowhere/);
	context.mock.restoreAll();
	mkdirSync(join(folder, "empty"));
	assert.throws(() => write(context, join(folder, "none"), join(folder, "empty")), /nothing was written/);
	context.mock.restoreAll();
	assert.ok(!existsSync(join(folder, "none")));
	assert.deepEqual(
		readdirSync(folder).filter((name) => name.startsWith(".")),
		[],
	);
});

test("a site that was killed at any moment is whole or not there, and the next one goes on from it", () => {
	const place = join(folder, "killed");
	const old = (name: string) => join(folder, `.killed.${name}`);
	const writeSite = (text: string) => {
		const site = SiteFolder.open(place);
		site.write("index.html", text);
		return site;
	};
	writeSite("first").finish();
	// While it is written: the old site is in its place.
	writeSite("second");
	assert.equal(readFileSync(join(place, "index.html"), "utf8"), "first");
	rmSync(join(old("site-new"), "run.lock"));
	writeSite("third").finish();
	assert.equal(readFileSync(join(place, "index.html"), "utf8"), "third");
	// Between the two renames: the old site comes back before anything else.
	renameSync(place, old("site-old"));
	const next = SiteFolder.open(place);
	assert.equal(readFileSync(join(place, "index.html"), "utf8"), "third");
	next.discard();
	// After the renames: what is left of the old site goes.
	cpSync(place, old("site-old"), { recursive: true });
	writeSite("fourth").finish();
	assert.deepEqual([existsSync(old("site-old")), existsSync(old("site-new"))], [false, false]);
	assert.equal(readFileSync(join(place, "index.html"), "utf8"), "fourth");
});

test("hostile words in a result are words on every page", (context) => {
	const place = join(folder, "hostile");
	mkdirSync(place);
	for (const [index, text] of HOSTILE.entries())
		for (const result of shortResults().slice(0, 2)) {
			const copy = structuredClone(result);
			copy.timestamp = `2026-11-0${index + 1}T00:00:00.000Z`;
			copy.machine = { ...copy.machine, cpu_model: text, kernel: text };
			copy.target.label = text;
			copy.profile = text;
			if (copy.versions) copy.versions.framework = text;
			writeFileSync(join(place, `${index}-${copy.target.id}.json`), JSON.stringify(copy));
		}
	const site = join(folder, "hostile-site");
	write(context, site, place);
	const files = filesOf(site);
	assert.deepEqual(brokenLinks(files), []);
	for (const [name, text] of Object.entries(files).filter(([path]) => path.endsWith(".html"))) {
		const { document } = parseHTML(text);
		assert.deepEqual(
			[...document.querySelectorAll("img, [onerror], [onmouseover], iframe")].map(
				({ outerHTML }) => outerHTML,
			),
			[],
			name,
		);
		assert.ok([...document.querySelectorAll("script")].length <= 1, name);
	}
});
