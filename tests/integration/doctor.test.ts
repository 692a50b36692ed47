// The doctor on this machine, and on one without toolchains.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { execa } from "execa";
import type { DoctorFlags } from "../../orchestrator/commands/doctor.ts";
import { ROOT } from "../../orchestrator/files.ts";

const nothing = mkdtempSync(join(tmpdir(), "doctor-"));
after(() => rmSync(nothing, { recursive: true }));

const doctor = (flags: DoctorFlags, env: Record<string, string> = {}) => {
	const script = `import { doctorCommand } from "./orchestrator/commands/doctor.ts";
await doctorCommand(${JSON.stringify(flags)});`;
	return execa(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
		cwd: ROOT,
		env,
		reject: false,
	});
};

test("within fifteen seconds the doctor prints the machine, then a finding a line, the probe's last", async () => {
	const started = performance.now();
	const { stdout, stderr, exitCode } = await doctor({});
	assert.ok(performance.now() - started < 15_000);
	assert.equal(exitCode, 0, stderr);
	const [machine, ...findings] = stdout.split("\n");
	assert.match(machine ?? "", / \d+ x .*, \d+ GB$/);
	assert.ok(findings.length > 10);
	for (const line of findings) assert.match(line, /^(ok {7}|warning {2}|missing {2})\S/);
	assert.match(findings.join("\n"), /\nok {7}a loop of \d\.\d\d ms: p95\/p50 .*\n/);
});

test("a missing toolchain is a finding of its own and status 2", async () => {
	const { stdout, exitCode } = await doctor({ json: true, probe: false }, { PATH: nothing });
	assert.equal(exitCode, 2);
	const { machine, findings, probe } = JSON.parse(stdout);
	assert.equal(machine.arch, process.arch);
	assert.equal(probe, null);
	const missing = findings.filter(({ status }: { status: string }) => status === "missing");
	assert.deepEqual(
		missing.map(({ check }: { check: string }) => check),
		["typescript", "python", "rust"],
	);
	assert.match(missing[2].finding, /Rust.*not found.*install Rust/);
	// Nothing is left that could be measured without it.
	assert.ok(missing.every(({ advice }: { advice: string | null }) => advice === null));
	assert.ok(findings.every(({ check }: { check: string }) => check !== "probe"));
});
