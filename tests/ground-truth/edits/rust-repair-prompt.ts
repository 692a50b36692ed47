import { type Edit, PROBE_FILE } from "../edit.ts";

const FILE = "src/services/message_service.rs";
const RENDER = /^( *)let prompt = (build_canonical_prompt\(&character_name, message, &state\)\?);$/m;

export const edit: Edit = {
	runtime: "rust",
	about: "the prompt for the repair of parameters is rendered where it is needed, and not for every message",
	scenario: "single-message",
	changes: [
		{
			file: FILE,
			find: RENDER,
			replace: "$1let prompt = || build_canonical_prompt(&character_name, message, &state);",
		},
		{ file: FILE, find: /^( *)prompt,(\n *requirement_lines\.join)/m, replace: "$1prompt()?,$2" },
	],
	expected: { change: "faster", stage: "prompt" },
	size: {
		by: "probe",
		changes: [
			{
				file: FILE,
				find: RENDER,
				replace:
					"$1let rendering = std::time::Instant::now();\n$&\n$1let took = rendering.elapsed().as_nanos();\n" +
					`$1{ use std::io::Write; if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open("${PROBE_FILE}") ` +
					'{ let _ = writeln!(file, "{took}"); } }',
			},
		],
	},
};
