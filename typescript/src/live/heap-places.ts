/**
 * What the heap holds, by what it is and what holds it. Both engines write V8's format of heap snapshots
 * (its field names are in the snapshot itself), so that one reader serves both. Neither tells which line
 * allocated an object.
 */
import { getHeapSnapshot } from "node:v8";
import type { AllocationSites } from "../../../shared/types.ts";
import { giveBackMemory } from "../collector.ts";

export interface HeapSnapshot {
	snapshot: {
		meta: {
			node_fields: string[];
			node_types: [string[], ...unknown[]];
			edge_fields: string[];
			edge_types: [string[], ...unknown[]];
		};
	};
	nodes: number[];
	edges: number[];
	strings: string[];
}

/** Bytes and objects of each place. */
export type HeapPlaces = Map<string, { bytes: number; objects: number }>;

/** So many of the largest places are told. */
const MOST_SITES = 20;
/** A name is the holder's class and the last of the properties on the way, at most so many. */
const MOST_NAMES = 2;
/** What the harness itself, and the engine for its snapshots, keeps. */
const OWN = /^ModuleRecord\b| in FrameworkHost\./;
/** What these hold belongs to who holds them. */
const PLAIN = /^(|Object|Array|Map|Set|Function|Promise|string|\(.*\)|.* .*|Cell Butterfly)$/;
/** The holder of what the engine's snapshot does not connect. */
const UNTOLD = "a Map or Set";
/** Keys of records say nothing of the place. */
const KEY = /^\d+$|[0-9a-f]{8}-[0-9a-f]{4}-|^__|\s/;

export async function takeHeapSnapshot(): Promise<HeapSnapshot> {
	await giveBackMemory();
	const { Bun } = globalThis as { Bun?: { generateHeapSnapshot(format: "v8"): string } };
	if (Bun) return JSON.parse(Bun.generateHeapSnapshot("v8")) as HeapSnapshot;
	const parts: Buffer[] = [];
	for await (const part of getHeapSnapshot()) parts.push(part as Buffer);
	return JSON.parse(Buffer.concat(parts).toString()) as HeapSnapshot;
}

/** Goes through the heap from its root, by the shortest way to each object. */
export function heapPlaces(heap: HeapSnapshot): HeapPlaces {
	const { nodes, edges, strings } = heap;
	const { meta } = heap.snapshot;
	const nodeSize = meta.node_fields.length;
	const edgeSize = meta.edge_fields.length;
	const [typeAt, nameAt, bytesAt, countAt] = ["type", "name", "self_size", "edge_count"].map((field) =>
		meta.node_fields.indexOf(field),
	) as [number, number, number, number];
	const isNamed = meta.edge_types[0].map((type) => type === "property" || type === "context");
	const isWeak = meta.edge_types[0].map((type) => type === "weak");
	const types = meta.node_types[0];
	const total = nodes.length / nodeSize;
	const firstEdge = new Uint32Array(total + 1);
	for (let node = 0; node < total; node++)
		firstEdge[node + 1] = (firstEdge[node] ?? 0) + (nodes[node * nodeSize + countAt] ?? 0);
	/** Ways are numbered: most objects share theirs with others. */
	const ways = [""];
	const numbers = new Map([["", 0]]);
	const numberOf = (way: string) => {
		const known = numbers.get(way);
		if (known !== undefined) return known;
		numbers.set(way, ways.length);
		return ways.push(way) - 1;
	};
	const wayOf = new Int32Array(total).fill(-1);
	const places: HeapPlaces = new Map();
	const queue = new Uint32Array(total);
	const visitFrom = (start: number, way: string) => {
		if (wayOf[start] !== -1) return;
		wayOf[start] = numberOf(way);
		queue[0] = start;
		for (let next = 0, end = 1; next < end; next++) {
			const node = queue[next] ?? 0;
			const at = node * nodeSize;
			const kind = kindOf(types[nodes[at + typeAt] ?? 0] ?? "", strings[nodes[at + nameAt] ?? 0] ?? "");
			const own = ways[wayOf[node] ?? 0] ?? "";
			addTo(places, own === "" ? kind : `${kind} in ${own}`, nodes[at + bytesAt] ?? 0);
			const base = PLAIN.test(kind) ? own : kind;
			for (let edge = firstEdge[node] ?? 0; edge < (firstEdge[node + 1] ?? 0); edge++) {
				const type = edges[edge * edgeSize] ?? 0;
				const to = (edges[edge * edgeSize + 2] ?? 0) / nodeSize;
				if (isWeak[type] || wayOf[to] !== -1) continue;
				const name = isNamed[type] ? (strings[edges[edge * edgeSize + 1] ?? 0] ?? "") : "";
				wayOf[to] = numberOf(extend(base, name));
				queue[end++] = to;
			}
		}
	};
	visitFrom(0, "");
	// Bun's snapshots lack what a Map or a Set holds: it is there, and nothing leads to it.
	const isHeld = new Uint8Array(total);
	for (let node = 0; node < total; node++)
		if (wayOf[node] === -1)
			for (let edge = firstEdge[node] ?? 0; edge < (firstEdge[node + 1] ?? 0); edge++)
				isHeld[(edges[edge * edgeSize + 2] ?? 0) / nodeSize] = 1;
	for (let node = 0; node < total; node++) if (isHeld[node] === 0) visitFrom(node, UNTOLD);
	for (let node = 0; node < total; node++) visitFrom(node, UNTOLD);
	return places;
}

function addTo(places: HeapPlaces, name: string, bytes: number): void {
	const found = places.get(name);
	if (found === undefined) places.set(name, { bytes, objects: 1 });
	else {
		found.bytes += bytes;
		found.objects++;
	}
}

/** @returns what an object is: its class, or what the engine calls it */
function kindOf(type: string, name: string): string {
	if (type === "string" || type === "concatenated string" || type === "sliced string") return "string";
	if (type === "number" || type === "bigint" || type === "symbol" || type === "regexp") return type;
	if (type === "closure") return "Function";
	if (type === "object" || type === "native") return name.slice(0, 60);
	return `(${type})`;
}

function extend(way: string, name: string): string {
	if (name === "" || KEY.test(name) || name.length > 40) return way;
	const names = way.split(".");
	// The first of the names is the class that holds them.
	return names.length > MOST_NAMES ? way : [...names, name].join(".");
}

/** Returns the places that hold more than before. */
export function grownPlaces(before: HeapPlaces, after: HeapPlaces): AllocationSites {
	const grown = [...after]
		.filter(([name]) => !OWN.test(name))
		.map(([name, { bytes, objects }]) => {
			const old = before.get(name) ?? { bytes: 0, objects: 0 };
			return { name, bytes: bytes - old.bytes, objects: Math.max(0, objects - old.objects) };
		});
	const keptBytes = Math.max(
		0,
		grown.reduce((sum, { bytes }) => sum + bytes, 0),
	);
	const sites = grown
		.filter(({ bytes }) => bytes > 0)
		.toSorted((a, b) => b.bytes - a.bytes)
		.slice(0, MOST_SITES);
	return { how: "held-by", keptBytes, sites };
}
