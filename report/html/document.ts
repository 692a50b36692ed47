/** Every HTML report is one file with its styles and its script inside. It asks the network for nothing. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { html, type Markup, trustMarkup } from "./markup.ts";

export interface DocumentParts {
	title: string;
	body: Markup;
	around?: Surroundings | undefined;
	/** This is the source of the one script. Without it no script may run. */
	script?: string;
}

/** What a page has around it where it is one of a site. */
export interface Surroundings {
	/** Stands above everything else. */
	above: Markup;
	styles: string;
}

const STYLES = ["colours.css", "base.css", "tables.css", "heat.css", "charts.css", "print.css"]
	.map(readAsset)
	.join("\n");

/** @returns a whole file that opens from a disk, in light, dark and print */
export function renderDocument({ title, body, around, script = "" }: DocumentParts): string {
	if (/<\/script|<!--/i.test(script))
		throw new RangeError("the script of a page would end inside its own text");
	return `${html`<!doctype html>
		<html lang="en">
		<head>
		<meta charset="utf-8">
		<meta name="viewport" content="width=device-width, initial-scale=1">
		<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
		<meta name="color-scheme" content="light dark">
		<meta name="referrer" content="no-referrer">
		<title>${title}</title>
		<link rel="icon" href="data:,">
		<style>${trustMarkup(around ? `${STYLES}\n${around.styles}` : STYLES)}</style>
		</head>
		<body>
		${around?.above}
		${body}
		${script === "" ? null : trustMarkup(`<script>${script}</script>`)}
		</body>
		</html>`}\n`;
}

/** Forbids everything but the page's own styles, the empty icon, and a script with exactly this digest. */
function policy(script: string): Markup {
	const digest = createHash("sha256").update(script).digest("base64");
	const directives = [
		"default-src 'none'",
		"style-src 'unsafe-inline'",
		"img-src data:",
		`script-src ${script === "" ? "'none'" : `'sha256-${digest}'`}`,
		"base-uri 'none'",
		"form-action 'none'",
	];
	return trustMarkup(directives.join("; "));
}

/** Reads a file of `assets/`, without its leading comment and its indentation. */
export function readAsset(name: string): string {
	return readFileSync(new URL(`./assets/${name}`, import.meta.url), "utf8")
		.replace(/^\/\*.*?\*\/\s*/s, "")
		.replace(/^[\t ]+/gm, "")
		.trimEnd();
}
