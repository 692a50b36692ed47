/** Runs commands on a disk of a few kilobytes in memory, which only they see and which is gone with them. */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";

const MOUNT = 'mount -t tmpfs -o "size=$1k" tmpfs "$2" && shift 2 && exec "$@"';

/** The command that runs another with a small disk in the place of a folder. */
export function onDisk(
	folder: string,
	kilobytes: number,
	command: readonly string[],
): [file: string, args: string[]] {
	// Without root, a namespace of users is needed, where the system allows one.
	const namespaces = process.getuid?.() === 0 ? ["-m"] : ["-rm"];
	return ["unshare", [...namespaces, "sh", "-c", MOUNT, "sh", String(kilobytes), folder, ...command]];
}

/** Why a test that needs such a disk cannot run here, or false. Many containers allow no mounts. */
export const NO_MOUNTS: string | false = mounts()
	? false
	: "this system allows no mounts: `unshare` is refused";

function mounts(): boolean {
	const [file, args] = onDisk(tmpdir(), 100, ["true"]);
	return spawnSync(file, args).status === 0;
}
