/**
 * The child process of the probe. It repeats one pure computation and sends how long each repetition took,
 * in ns. Its argument is the time in milliseconds.
 */
const LOOP_NS = 500_000;
/** After this time the engine has compiled the loop. */
const WARMUP_MS = 300;

const durationMs = Number(process.argv[2]);
let state = 1;

function compute(steps: number): void {
	// Bits only move between registers: there is no memory, no allocation, no system call.
	// https://en.wikipedia.org/wiki/Xorshift
	for (let step = 0; step < steps; step++) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
	}
}

function measureLoop(steps: number): number {
	const started = process.hrtime.bigint();
	compute(steps);
	return Number(process.hrtime.bigint() - started);
}

function repeat(steps: number, milliseconds: number): number[] {
	const loops: number[] = [];
	const until = performance.now() + milliseconds;
	while (performance.now() < until) loops.push(measureLoop(steps));
	return loops;
}

const trial = 100_000;
// The fastest repetition decides: a slow moment must not shorten the loop.
const steps = Math.max(1, Math.round((trial * LOOP_NS) / Math.min(...repeat(trial, WARMUP_MS))));
// The state is sent too, so that no engine can leave the computation out.
process.send?.({ loops: repeat(steps, durationMs), state });
