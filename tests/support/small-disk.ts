/** A disk of a few kilobytes, in memory, of which nobody else sees anything, and which is gone with the command that works on it. */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";

const MOUNT = 'mount -t tmpfs -o "size=$1k" tmpfs "$2" && shift 2 && exec "$@"';

/** The command that runs another with a small disk in the place of a folder. */
export function onDisk(
	folder: string,
	kilobytes: number,
	command: readonly string[],
): [file: string, args: string[]] {
	// Who is not root becomes it in a namespace of users, where the system allows that.
	const namespaces = process.getuid?.() === 0 ? ["-m"] : ["-rm"];
	return ["unshare", [...namespaces, "sh", "-c", MOUNT, "sh", String(kilobytes), folder, ...command]];
}

/** Why a test that needs such a disk cannot be run here, or false: many containers allow no mounts. */
export const NO_MOUNTS: string | false = mounts()
	? false
	: "this system allows no mounts: `unshare` is refused";

function mounts(): boolean {
	const [file, args] = onDisk(tmpdir(), 100, ["true"]);
	return spawnSync(file, args).status === 0;
}
