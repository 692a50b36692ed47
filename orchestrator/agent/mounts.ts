/** Reads which file systems are mounted, and says how each is made read-only. */

/** The kernel's own files. What a process may change of them is settled elsewhere. */
const LEFT_AS_THEY_ARE = ["proc"];

export interface Mount {
	path: string;
	/** As `mount` takes them, in the order of the kernel. */
	options: string[];
	type: string;
}

/**
 * Parses /proc/PID/mountinfo (man 5 proc_pid_mountinfo). A line that is not understood is left out.
 */
export function parseMounts(text: string): Mount[] {
	return text.split("\n").flatMap((line) => {
		const [before = "", after = ""] = line.split(" - ");
		const [, , , , path, options] = before.split(" ");
		const [type = ""] = after.split(" ");
		if (path === undefined || options === undefined) return [];
		return [{ path: unescapeOctal(path), options: options.split(","), type }];
	});
}

/** Blanks, tabs, line ends and backslashes are written as `\040` and the like, byte by byte. */
function unescapeOctal(text: string): string {
	return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
		String.fromCharCode(Number.parseInt(digits, 8)),
	);
}

/**
 * Lists what `mount` is told so that nothing can be written any more: options and path of each mount that
 * could be. A mount over another one hides it, and counts alone.
 */
export function readOnlyMounts(mounts: readonly Mount[]): { options: string; path: string }[] {
	const seen = new Map(mounts.map((mount) => [mount.path, mount]));
	return [...seen.values()]
		.filter(({ options, type }) => options.includes("rw") && !LEFT_AS_THEY_ARE.includes(type))
		.map(({ path, options }) => ({
			// The kernel refuses to take away an option such as `nosuid`.
			options: ["remount", "bind", ...options.map((option) => (option === "rw" ? "ro" : option))].join(),
			path,
		}));
}
