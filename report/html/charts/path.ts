/** This file writes polylines as short as possible. */

const POLYLINE = /^[MLZ\d.,\-\se]*$/;

/**
 * Shortens a path. Straight lines go from point to point in tenths, relative to the last one. Other paths
 * keep their commands and are only rounded.
 */
export function shortPath(path: string): string {
	if (!POLYLINE.test(path))
		return path.replace(/-?\d+\.\d+(e-?\d+)?/g, (found) => tenths(Math.round(10 * Number(found))));
	let [x, y, mode] = [0, 0, ""];
	const parts: string[] = [];
	for (const [, command = "", first = "", second = ""] of path.matchAll(/([MLZ])([^MLZ,]*),?([^MLZ]*)/g)) {
		if (command === "Z") {
			parts.push("z");
			mode = "";
			continue;
		}
		const [nextX, nextY] = [Math.round(10 * Number(first)), Math.round(10 * Number(second))];
		if (command === "M") parts.push(`M${joinNumbers(tenths(nextX), tenths(nextY))}`);
		else {
			const step = stepText(nextX - x, nextY - y);
			parts.push(step.command === mode ? separate(step.text) : `${step.command}${step.text}`);
			mode = step.command;
		}
		if (command === "M") mode = "";
		[x, y] = [nextX, nextY];
	}
	return parts.join("");
}

function stepText(dx: number, dy: number): { command: string; text: string } {
	if (dx === 0) return { command: "v", text: tenths(dy) };
	if (dy === 0) return { command: "h", text: tenths(dx) };
	return { command: "l", text: joinNumbers(tenths(dx), tenths(dy)) };
}

function tenths(value: number): string {
	return String(value / 10).replace(/^(-?)0\./, "$1.");
}

/** A minus sign separates two numbers as well as a space does. */
function joinNumbers(one: string, other: string): string {
	return `${one}${separate(other)}`;
}

function separate(text: string): string {
	return text.startsWith("-") ? text : ` ${text}`;
}
