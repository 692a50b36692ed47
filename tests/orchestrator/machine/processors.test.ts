import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { execaSync } from "execa";
import { describeMachine } from "../../../orchestrator/machine/describe.ts";
import { parseAllowed, readQuota, readUsable } from "../../../orchestrator/machine/processors.ts";

const folders: string[] = [];
after(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function rootsOf(files: Record<string, string>) {
	const root = mkdtempSync(join(tmpdir(), "processors-"));
	folders.push(root);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), `${text}\n`);
	}
	return { proc: join(root, "proc"), sys: join(root, "sys") };
}

test("the processors that affinity and a cpuset leave are counted", () => {
	for (const [list, count] of [
		["0-1", 2],
		["0", 1],
		["0-3,8-11", 8],
		["1,3,5-6", 4],
	] as const)
		assert.equal(parseAllowed(`Name:\tnode\nCpus_allowed_list:\t${list}\n`), count);
	for (const text of [
		null,
		"",
		"Cpus_allowed_list:\t",
		"Cpus_allowed_list:\t3-1",
		"Cpus_allowed_list:\t1,,2",
	])
		assert.equal(parseAllowed(text), null);
	assert.equal(readUsable(rootsOf({})), null);
});

test("a quota is the tightest of the process's cgroup and those around it, in version 2 and 1", () => {
	const quota = (files: Record<string, string>) => readQuota(rootsOf(files));
	const version2 = {
		"proc/self/cgroup": "0::/pod/box",
		"sys/fs/cgroup/pod/cpu.max": "150000 100000",
		"sys/fs/cgroup/pod/box/cpu.max": "max 100000",
	};
	assert.equal(quota(version2), 1.5);
	assert.equal(quota({ ...version2, "sys/fs/cgroup/pod/cpu.max": "max 100000" }), Number.POSITIVE_INFINITY);
	const cpu = "sys/fs/cgroup/cpu";
	const version1 = {
		"proc/self/cgroup": "9:name=systemd:/\n5:cpuset:/\n4:cpu,cpuacct:/pod/box\n0::/",
		[`${cpu}/cpu.cfs_quota_us`]: "-1",
		[`${cpu}/cpu.cfs_period_us`]: "100000",
		[`${cpu}/pod/cpu.cfs_quota_us`]: "50000",
		[`${cpu}/pod/cpu.cfs_period_us`]: "100000",
	};
	assert.equal(quota(version1), 0.5);
	// A container sees its own cgroup where the controller is mounted.
	assert.equal(
		quota({
			"proc/self/cgroup": "4:cpu,cpuacct:/docker/1f",
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000",
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
		}),
		2,
	);
	assert.equal(quota({ "proc/self/cgroup": "4:memory:/docker/1f" }), null);
	assert.equal(quota({}), null);
});

test("this machine's description says what is left to this process", () => {
	const { usableCpus, cpuQuota, cpus: all } = describeMachine();
	assert.ok(usableCpus !== undefined && usableCpus >= 1 && usableCpus <= all);
	assert.ok(cpuQuota === null || (cpuQuota ?? 0) > 0);
});

test("a process that may use one processor of several is on another machine", {
	skip: process.platform !== "linux" || cpus().length < 2,
}, () => {
	const script =
		'import { describeMachine } from "./orchestrator/machine/describe.ts"; console.log(JSON.stringify(describeMachine()))';
	const args = ["--import", "tsx", "--input-type=module", "--eval", script];
	const { stdout } = execaSync("taskset", ["-c", "0", process.execPath, ...args]);
	assert.equal(JSON.parse(stdout).usableCpus, 1);
	assert.equal(JSON.parse(stdout).cpus, cpus().length);
});
