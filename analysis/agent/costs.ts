/** Computes what each plugin of an agent costs from what was measured of it. */
import { type AgentCosts, type AgentFile, SCHEMA_VERSION } from "../../shared/types.ts";
import { databaseOf } from "../compare/databases.ts";
import { soakFigures } from "../growth/soak.ts";
import { keptByPlugins } from "./kept.ts";
import { scenarioCosts } from "./message.ts";
import { rankPlugins } from "./ranking.ts";
import { savingsOf } from "./savings.ts";
import { startCosts } from "./start.ts";

export function agentCosts(file: AgentFile): AgentCosts {
	const { createdAt, command, machine, target, versions, agent, isolation, changedFiles, plugins } = file;
	const scenarios = file.scenarios.map((scenario) => scenarioCosts(scenario, plugins));
	const start = startCosts(file.starts);
	const savings = savingsOf(file);
	const kept = keptByPlugins(file);
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "agent-costs",
		createdAt,
		command,
		interrupted: file.interrupted === true,
		machine,
		target: {
			id: target.id,
			label: target.label,
			framework: target.framework,
			database: { name: databaseOf(target), ...target.database },
			engine: { name: target.engine, version: versions?.engine ?? null },
		},
		agent,
		isolation,
		changedFiles,
		plugins,
		scenarios,
		start,
		growth: file.growth ? soakFigures([file.growth]) : null,
		savings,
		kept,
		ranking: rankPlugins({ plugins, scenarios, start, savings, kept }),
	};
}
