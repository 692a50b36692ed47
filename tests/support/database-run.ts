/**
 * Measures stub targets in memory and on a database server of the run's own, in a process that may be killed.
 * `database-run.ts FOLDER` prints how it ended, as JSON; FOLDER holds the run.
 */
import { Databases } from "../../orchestrator/database/databases.ts";
import { messageOf } from "../../orchestrator/errors.ts";
import { listenForSignals, onNextSignal } from "../../orchestrator/process/signals.ts";
import { measure } from "./real.ts";
import { stubLaunch, stubTarget } from "./stub-target.ts";

listenForSignals();
const [output = ""] = process.argv.slice(2);
const stop = { requested: false };
let databases: Databases | undefined;
try {
	databases = await Databases.open({ logs: () => output, say: (line) => console.error(line) });
	onNextSignal(() => {
		stop.requested = true;
	});
	console.error("measuring");
	const { failed, interrupted } = await measure({
		scenarios: "single-message",
		targets: [stubTarget("memory", false), stubTarget("server", true)],
		settings: { blocks: 1000 },
		iterations: 3,
		warmup: 1,
		launch: stubLaunch,
		databases,
		stop,
	});
	console.log(JSON.stringify({ failed, interrupted }));
} catch (error) {
	console.log(JSON.stringify({ error: messageOf(error) }));
} finally {
	await databases?.close();
}
process.exit();
