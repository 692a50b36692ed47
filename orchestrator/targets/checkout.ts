/** Inspects a local copy of a framework: its version, and the digest of its content. */
import { realpathSync, statSync } from "node:fs";
import { plainText } from "../../shared/text.ts";
import type { RuntimeName } from "../../shared/types.ts";
import { contentDigest } from "../content.ts";
import { UserError } from "../errors.ts";
import { RUNTIMES } from "../runtimes/index.ts";

export interface Checkout {
	/** The version that the package names; null where only its build names one. */
	version: string | null;
	digest: string;
}

/**
 * @param path absolute; a link is followed
 * @throws {UserError} when the folder is not there, or holds no such package
 */
export async function inspectCheckout(runtime: RuntimeName, path: string): Promise<Checkout> {
	if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
		throw new UserError(
			`there is no folder ${plainText(path)}, which --targets names: ` +
				"correct it (a path with a comma cannot be given)",
		);
	const { version, folders } = await RUNTIMES[runtime].checkout.read(realpathSync(path));
	return { version, digest: contentDigest(folders) };
}
