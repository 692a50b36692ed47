/** What a runtime's package manager is asked to do. */
import type { Target, TargetSource, Variant } from "../../shared/types.ts";
import type { SetUpLog } from "../targets/set-up-log.ts";

export interface Installation {
	/** Versions as installed. */
	framework: string;
	database: string;
	/** The file that lists every package of the set-up with its version. */
	lock: string;
	/** Whether it was built upon an earlier build, which makes its time no set-up time. */
	seeded: boolean;
}

/**
 * @param root an empty folder but for the harness's files @throws {UserError} with the package manager's last
 * words
 */
export type Installer = (place: {
	target: Target;
	/** Null: the locked version. */
	source: TargetSource | null;
	variants: readonly Variant[];
	root: string;
	/** The command of the runtime's toolchain. */
	toolchain: string;
	log: SetUpLog;
}) => Promise<Installation>;
