/** Wraps the methods of an object that a class has made. */
type Method = (this: unknown, ...args: never[]) => unknown;

/** Names the methods of an object's classes. */
export function listMethods(object: object): string[] {
	const names = new Set<string>();
	for (
		let prototype = Object.getPrototypeOf(object);
		prototype && prototype !== Object.prototype;
		prototype = Object.getPrototypeOf(prototype)
	)
		for (const name of Object.getOwnPropertyNames(prototype))
			if (
				name !== "constructor" &&
				typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function"
			)
				names.add(name);
	return [...names];
}

/** @param wrap gets each method, bound to the object. What cannot be replaced stays as it is. */
export function wrapMethods(
	object: object,
	skipped: readonly string[],
	wrap: (name: string, method: Method) => Method,
): void {
	const methods = object as Record<string, Method>;
	for (const name of listMethods(object)) {
		if (skipped.includes(name)) continue;
		try {
			methods[name] = wrap(name, (methods[name] as Method).bind(object));
		} catch {
			// It is frozen.
		}
	}
}
