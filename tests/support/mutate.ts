/** Changes valid files as a broken disk, another program or an attacker might, by a seed. */
import { Random } from "../../shared/random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const BYTES = [
	"",
	"\0",
	"\n",
	"{",
	"}",
	"[",
	"]",
	",",
	'"',
	"\\",
	"-",
	"e9",
	"é",
	"\ud800",
	"\u202e",
	"NaN",
	"null",
	"1e999",
	"// ",
];
const VALUES: Json[] = [
	null,
	true,
	false,
	0,
	-1,
	1,
	0.5,
	1e-320,
	1e308,
	-1e308,
	2 ** 53,
	1e15,
	-0,
	"",
	"x",
	"NaN",
	"../../etc/passwd",
	"/etc/passwd",
	"__proto__",
	"constructor",
	"\ud800",
	"\u001b[31m",
	"\u202etxt",
	"a\nb",
	"x".repeat(5000),
	[],
	{},
	[null],
	[[]],
	{ constructor: 1 },
	[1e308, 1e308],
	Array.from({ length: 2000 }, () => 1),
];
const KEYS = ["__proto__", "constructor", "toString", "", "x", "../x", "schemaVersion", "a\nb\u001b[2J"];

/**
 * Changes a text, in the same way for the same seed.
 * @param json whether the text is JSON, whose structure and sense can be changed too
 */
export function mutate(text: string, seed: number, json = true): string {
	const random = new Random(seed);
	const below = (limit: number) => Math.floor(random.next() * limit);
	if (!json || random.next() < 0.35) return changeBytes(text, below);
	const root = { root: JSON.parse(text) as Json };
	for (let left = 1 + below(3); left > 0; left--) changePlace(root, below);
	const done = JSON.stringify(root.root) ?? "";
	return random.next() < 0.02 ? done.replace(/:\d+/, `:${"[".repeat(20_000)}${"]".repeat(20_000)}`) : done;
}

function changeBytes(text: string, below: (limit: number) => number): string {
	let changed = text;
	for (let left = 1 + below(3); left > 0; left--) {
		const [from, to] = [below(changed.length), below(changed.length)].toSorted((a, b) => a - b) as [
			number,
			number,
		];
		const near = Math.min(to, from + below(40));
		const filling = BYTES[below(BYTES.length)] ?? "";
		changed = [
			changed.slice(0, from),
			changed.slice(0, from) + filling + changed.slice(near),
			changed.slice(0, near) + changed.slice(from, near) + changed.slice(near),
			changed.slice(0, from) + changed.slice(near, to) + changed.slice(from, near) + changed.slice(to),
			changed.slice(0, from) +
				String.fromCharCode(changed.charCodeAt(from) ^ (1 << below(7))) +
				changed.slice(from + 1),
		][below(5)] as string;
	}
	return changed;
}

type Container = Record<string | number, Json>;
interface Place {
	at: Container;
	key: string | number;
}

/** All values below a root, each as its container and its key there. */
function places(root: Json): Place[] {
	const found: Place[] = [];
	const look = (at: Json) => {
		if (typeof at !== "object" || at === null) return;
		for (const key of Object.keys(at)) {
			found.push({ at: at as Container, key });
			look((at as Container)[key] as Json);
		}
	};
	look(root);
	return found;
}

function changePlace(root: { root: Json }, below: (limit: number) => number): void {
	const all = places(root);
	const place = all[below(all.length)];
	const other = all[below(all.length)];
	if (!place || !other) return;
	const { at, key } = place;
	const value = structuredClone(VALUES[below(VALUES.length)]) as Json;
	const own = at[key] as Json;
	switch (below(8)) {
		case 0:
			if (Array.isArray(at)) at.splice(Number(key), 1);
			else delete at[key];
			break;
		case 1:
			Object.defineProperty(at, Array.isArray(at) ? at.length : (KEYS[below(KEYS.length)] ?? ""), {
				value,
				enumerable: true,
				configurable: true,
				writable: true,
			});
			break;
		case 2:
			at[key] = structuredClone(other.at[other.key] as Json);
			break;
		case 3:
			if (typeof own === "number") at[key] = [-own, own * 1e12, own + 0.5, 0][below(4)] as number;
			else if (Array.isArray(own))
				at[key] = [own.toReversed(), [], [...own, ...own], own.slice(1)][below(4)] as Json;
			else if (typeof own === "string")
				at[key] = `${own}${VALUES.filter((one) => typeof one === "string")[below(12)] as string}`;
			else at[key] = value;
			break;
		default:
			at[key] = value;
	}
}
