/**
 * This file finds the functions in which a CPU profile spent most self time. It reads the three formats that
 * the runtimes' profilers write, all of which open in speedscope: the `.cpuprofile` of V8 and JavaScriptCore,
 * speedscope's own JSON, and collapsed stacks (B. Gregg's flame graphs).
 */
import { z } from "zod";
import { sum } from "../stats/statistics.ts";

export interface Frame {
	name: string;
	/** The source file or module, as far as the profiler knows it. */
	file: string;
}

export interface HotFunction extends Frame {
	/** The share of all samples' weight, between 0 and 1. */
	selfShare: number;
}

/**
 * The weight of one sample, in any unit. The limit is far above any profile's, and sums of it stay numbers.
 */
const weight = z.number().min(0).max(1e15);

const cpuProfile = z.object({
	nodes: z.array(
		z.object({
			id: z.number(),
			callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number().optional() }),
		}),
	),
	samples: z.array(z.number()),
	/** A delta may be negative: the clocks of several threads may run backwards. */
	timeDeltas: z.array(z.number().max(1e15)),
});

const speedscope = z.object({
	shared: z.object({ frames: z.array(z.object({ name: z.string(), file: z.string().nullish() })) }),
	profiles: z.array(
		z.discriminatedUnion("type", [
			z.object({
				type: z.literal("sampled"),
				samples: z.array(z.array(z.number())),
				weights: z.array(weight),
			}),
			z.object({
				type: z.literal("evented"),
				events: z.array(z.object({ type: z.enum(["O", "C"]), frame: z.number(), at: weight })),
			}),
		]),
	),
});

/**
 * Finds the functions with the largest self time.
 * @param belongs says whether a frame is of the code in question; shares are of everything sampled all the
 *   same
 * @param most how many functions are returned at most
 * @throws {Error} if the text is none of the three formats, or nothing was sampled
 */
export function findHotFunctions(
	text: string,
	belongs: (frame: Frame) => boolean,
	most: number,
): HotFunction[] {
	const weights = selfWeights(text);
	const total = sum(weights.map(([, weight]) => weight));
	if (total === 0) throw new Error("this CPU profile holds no samples");
	const byFunction = new Map<string, HotFunction>();
	for (const [frame, weight] of weights) {
		if (!belongs(frame)) continue;
		const key = `${frame.file}\0${frame.name}`;
		const known = byFunction.get(key) ?? { ...frame, selfShare: 0 };
		known.selfShare += weight / total;
		byFunction.set(key, known);
	}
	return [...byFunction.values()].toSorted((a, b) => b.selfShare - a.selfShare).slice(0, most);
}

type Weighted = [Frame, number];

function selfWeights(text: string): Weighted[] {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return collapsedWeights(text);
	}
	const chrome = cpuProfile.safeParse(data);
	if (chrome.success) return cpuProfileWeights(chrome.data);
	const scope = speedscope.safeParse(data);
	if (scope.success) return speedscopeWeights(scope.data);
	throw new Error(
		"this is no CPU profile in a known format (.cpuprofile, speedscope JSON, collapsed stacks)",
	);
}

function cpuProfileWeights({ nodes, samples, timeDeltas }: z.infer<typeof cpuProfile>): Weighted[] {
	const frames = new Map(
		nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
			// Lines count from 0 in this format. Without its line, one anonymous function is like any other.
			const place = lineNumber === undefined || lineNumber < 0 ? "" : ` at line ${lineNumber + 1}`;
			return [id, { name: functionName || `(anonymous)${place}`, file: url }];
		}),
	);
	return samples.flatMap((id, index): Weighted[] => {
		const frame = frames.get(id);
		return frame ? [[frame, Math.max(0, timeDeltas[index] ?? 0)]] : [];
	});
}

function speedscopeWeights({ shared, profiles }: z.infer<typeof speedscope>): Weighted[] {
	const frameOf = (index: number): Frame => ({
		name: shared.frames[index]?.name ?? "(unknown)",
		file: shared.frames[index]?.file ?? "",
	});
	return profiles.flatMap((profile): Weighted[] => {
		if (profile.type === "sampled") {
			return profile.samples.flatMap((stack, index): Weighted[] => {
				const leaf = stack.at(-1);
				return leaf === undefined ? [] : [[frameOf(leaf), profile.weights[index] ?? 0]];
			});
		}
		const weights: Weighted[] = [];
		const open: number[] = [];
		let last = profile.events[0]?.at ?? 0;
		for (const { type, frame, at } of profile.events) {
			const leaf = open.at(-1);
			if (leaf !== undefined && at > last) weights.push([frameOf(leaf), at - last]);
			last = at;
			if (type === "O") open.push(frame);
			else open.pop();
		}
		return weights;
	});
}

function collapsedWeights(text: string): Weighted[] {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	return lines.map((line) => {
		const parts = /^(.*) (\d{1,15})$/.exec(line);
		if (!parts?.[1])
			throw new Error(
				"this is no CPU profile in a known format (.cpuprofile, speedscope JSON, collapsed stacks)",
			);
		return [{ name: parts[1].split(";").at(-1) ?? "(unknown)", file: "" }, Number(parts[2])];
	});
}
