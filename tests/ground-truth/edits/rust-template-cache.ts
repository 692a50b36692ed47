import { type Edit, PROBE_FILE } from "../edit.ts";

const FILE = "src/template.rs";
const COMPILE = /^( *)h\.register_template_string\("t", template\)\?;$/m;

export const edit: Edit = {
	runtime: "rust",
	about: "a prompt's template is compiled once, where it was compiled anew for every prompt",
	scenario: "single-message",
	changes: [
		{
			file: FILE,
			find: /^ *let mut h = Handlebars::new\(\);\n[\s\S]*?Ok\(h\.render\("t", data\)\?\)$/m,
			replace: `    static COMPILED: std::sync::Mutex<Option<(String, Handlebars<'static>)>> = std::sync::Mutex::new(None);
    let mut compiled = COMPILED.lock().unwrap();
    if !matches!(compiled.as_ref(), Some((known, _)) if known == template) {
        let mut h = Handlebars::new();
        h.register_template_string("t", template)?;
        *compiled = Some((template.to_string(), h));
    }
    Ok(compiled.as_ref().unwrap().1.render("t", data)?)`,
		},
	],
	expected: { change: "faster", stage: "prompt" },
	size: {
		by: "probe",
		changes: [
			{
				file: FILE,
				find: COMPILE,
				replace:
					"$1let compiling = std::time::Instant::now();\n$&\n$1let took = compiling.elapsed().as_nanos();\n" +
					`$1{ use std::io::Write; if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open("${PROBE_FILE}") ` +
					'{ let _ = writeln!(file, "{took}"); } }',
			},
		],
	},
};
