import type { Edit } from "../edit.ts";

export const edit: Edit = {
	runtime: "typescript",
	about: "a prompt's template is compiled once, where it was compiled anew for every prompt",
	scenario: "single-message",
	changes: [
		{
			file: "dist/node/index.node.js",
			find: /(const templateFunction = )(import_handlebars2\.default\.compile\(this\.upgradeDoubleToTriple\(templateStr\)\));/,
			replace:
				"const templates = AgentRuntime.compiledTemplates ??= new Map;\n" +
				"if (!templates.has(templateStr)) templates.set(templateStr, $2);\n" +
				"$1templates.get(templateStr);",
		},
	],
	expected: { change: "faster", stage: "prompt" },
	size: { by: "script" },
};
