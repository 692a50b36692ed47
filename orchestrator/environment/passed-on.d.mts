export declare function passedOn(
	environment: Readonly<Record<string, string | undefined>>,
): Record<string, string>;
export declare function setUpVariables(
	environment: Readonly<Record<string, string | undefined>>,
	root: string,
): Record<string, string>;
export declare function networkOptions(options: string): string;
export declare const NPM_FLAGS: readonly string[];
