/** Reads exported files as other programs do: each with a parser of others, or a strict one. */
import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { marked } from "marked";
import { SaxesParser } from "saxes";

/** The elements of a document without its words, and the words without the elements. */
export interface Reading {
	skeleton: string;
	text: string;
}

export function readHtml(source: string): Reading {
	const { document } = parseHTML(
		source.includes("<html") ? source : `<!doctype html><html><body>${source}</body></html>`,
	);
	return {
		skeleton: [...document.querySelectorAll("*")].map(({ tagName }) => tagName.toLowerCase()).join(" "),
		text: document.documentElement.textContent ?? "",
	};
}

/** Renders as GitHub does, before it looks for mentions, numbers and emoji in the words. */
export function readMarkdown(source: string): Reading {
	return readHtml(marked.parse(source, { gfm: true, async: false }));
}

/** Reads XML 1.0. @throws if it is not well-formed */
export function readXml(source: string): Reading & { values: string[] } {
	const [tags, values, words]: string[][] = [[], [], []];
	const parser = new SaxesParser();
	parser.on("error", (error) => {
		throw error;
	});
	parser.on("opentag", ({ name, attributes }) => {
		tags?.push(name);
		values?.push(...Object.values(attributes));
	});
	parser.on("text", (text) => words?.push(text));
	parser.write(source).close();
	return { skeleton: (tags ?? []).join(" "), text: (words ?? []).join(""), values: values ?? [] };
}

/** Reads CSV strictly by RFC 4180. @throws for anything else */
export function readCsv(source: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	const token = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
	for (let found = token.exec(source); found; found = token.exec(source)) {
		const [, field = "", end] = found;
		row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
		if (end === "\r\n") {
			assert.equal(row.length, rows[0]?.length ?? row.length, row.join());
			rows.push(row);
			row = [];
		}
		if (token.lastIndex === source.length) return rows;
	}
	throw new Error(`not CSV after ${rows.length} rows`);
}
