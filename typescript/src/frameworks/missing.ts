/**
 * Prints which packages a set-up has to install beside core, as `{"bootstrap": NAME or null, "database": NAME
 * or null}`. It is run by the set-up. A core that cannot be imported needs nothing: its own error is its
 * result.
 */
import { setEnvironment } from "./environment.ts";
import { missingPackages } from "./framework.ts";
import { BOOTSTRAP, DATABASE } from "./packages.ts";

setEnvironment();
const core = await import("@elizaos/core").catch(() => null);
const missing = core === null ? null : missingPackages(core);
console.log(
	JSON.stringify({
		bootstrap: missing?.bootstrap ? BOOTSTRAP : null,
		database: missing?.database ? DATABASE : null,
	}),
);
process.exit(0);
