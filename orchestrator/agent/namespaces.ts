/**
 * Starts a program in namespaces of its own (man 7 namespaces), by `unshare` of util-linux: without a
 * network, and with a disk that it cannot write to. Each step replaces the process by the next one, so the
 * id, the descriptors, the group and the environment stay, and signals reach the program.
 */
import type { Launch } from "../process/launch.ts";
import { type Mount, readOnlyMounts } from "./mounts.ts";

/**
 * Runs as the root of the namespaces. Its arguments: the folder to work in, the number of folders that stay
 * writable, these folders, the number of mounts, options and path of each, and the program. A folder that
 * stays writable becomes a mount of its own before the others are made read-only.
 */
const SCRIPT = `set -e
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || true
folder=$1 left=$2
shift 2
while [ "$left" -gt 0 ]; do
  mount --bind "$1" "$1"
  shift
  left=$((left - 1))
done
left=$1
shift
while [ "$left" -gt 0 ]; do
  mount -o "$1" "$2"
  shift 2
  left=$((left - 1))
done
cd "$folder"
exec "$@"`;
const SHELL = ["sh", "-c", SCRIPT, "sh"];

/** What the kernel may let us do, in ways that differ. */
export interface Way {
	/** In a namespace of users of its own: then nobody needs to be root, and root is kept in too. */
	ownUsers: boolean;
	/** With a disk that is read-only but for some folders. */
	readOnly: boolean;
}

/** From the best to the least; a network of its own is in each. */
export function waysOf(uid: number): Way[] {
	const ways = [true, false].flatMap((readOnly) => [true, false].map((ownUsers) => ({ ownUsers, readOnly })));
	return ways.filter(({ ownUsers }) => ownUsers || uid === 0);
}

export interface Inside {
	/** Absolute. The program works in it. */
	folder: string;
	/** Absolute. They stay writable. */
	writable: readonly string[];
	/** Those of this process. */
	mounts: readonly Mount[];
	user: { uid: number; gid: number };
}

type Program = Pick<Launch, "file" | "args">;

/** @returns what is started instead of the program */
export function enterNamespaces(
	{ file, args }: Program,
	{ ownUsers, readOnly }: Way,
	{ folder, writable, mounts, user }: Inside,
): Program {
	const stay = readOnly ? writable : [];
	const locked = readOnly ? readOnlyMounts(mounts) : [];
	const outer = [
		"--net",
		...(readOnly ? ["--mount"] : []),
		...(ownUsers ? ["--user", "--map-root-user"] : []),
	];
	return {
		file: "unshare",
		args: [
			...outer,
			"--",
			...SHELL,
			folder,
			String(stay.length),
			...stay,
			String(locked.length),
			...locked.flatMap(({ options, path }) => [options, path]),
			...leaveRoot(ownUsers, user),
			file,
			...args,
		],
	};
}

/**
 * The root of the namespaces could undo them. Inside namespaces of users the program becomes the user again,
 * in one more of them, which has no rights over the others. Outside it stays root, and loses root's rights.
 */
function leaveRoot(ownUsers: boolean, { uid, gid }: Inside["user"]): string[] {
	return ownUsers
		? ["unshare", `--map-user=${uid}`, `--map-group=${gid}`, "--"]
		: ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"];
}
