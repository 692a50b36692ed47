/**
 * Loaded before a program, it sets the program's wall clock an hour forth and back all the time. The monotonic
 * clock stays as it is.
 */
const HOUR_MS = 3_600_000;
/** The true time between two steps. */
const STEP_MS = 50;

const Real = Date;
const stepped = () => Real.now() + (Math.floor(performance.now() / STEP_MS) % 2 === 0 ? HOUR_MS : -HOUR_MS);

globalThis.Date = new Proxy(Real, {
	construct: (target, args) => (args.length === 0 ? new target(stepped()) : Reflect.construct(target, args)),
	get: (target, key) => (key === "now" ? stepped : Reflect.get(target, key)),
});
