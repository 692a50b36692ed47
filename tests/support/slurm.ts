/**
 * Starts a real Slurm with several nodes on this machine: Debian's munged, slurmctld and slurmd, each node a
 * daemon with a name and a port of its own. It needs no rights, and nothing but its own folder and ports.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo"];
/** Debian keeps daemons where a user's path may not lead. */
const FOLDERS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
const KEY_BYTES = 1024;
const START_MS = 20_000;
const STOP_MS = 15_000;
const LOOK_MS = 100;

/** @returns what is missing here, in a sentence; null: nothing */
export function missingSlurm(): string | null {
	const missing = PROGRAMS.filter((name) => pathOf(name) === null);
	if (missing.length === 0) return null;
	return `there is no ${missing.join(", ")}: install Debian's packages slurmctld, slurmd and slurm-client`;
}

function pathOf(name: string): string | null {
	return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

export class Slurm {
	readonly folder: string;
	readonly nodes: readonly string[];
	/** For the commands that talk to it. */
	readonly environment: NodeJS.ProcessEnv;
	readonly #daemons: ChildProcess[] = [];

	private constructor(folder: string, nodes: readonly string[]) {
		this.folder = folder;
		this.nodes = nodes;
		this.environment = { ...process.env, SLURM_CONF: join(folder, "slurm.conf") };
	}

	/** @throws with the daemons' own words when the nodes do not come up */
	static async start(nodes: readonly string[]): Promise<Slurm> {
		const slurm = new Slurm(mkdtempSync(join(tmpdir(), "slurm-")), nodes);
		try {
			await slurm.#start();
			return slurm;
		} catch (error) {
			await slurm.stop();
			throw error;
		}
	}

	async #start(): Promise<void> {
		const [control = 0, ...ports] = await freePorts(1 + this.nodes.length);
		mkdirSync(join(this.folder, "control"));
		for (const node of this.nodes) mkdirSync(join(this.folder, node));
		writeFileSync(join(this.folder, "slurm.conf"), configuration(this.folder, this.nodes, control, ports));
		await this.#startMunge();
		this.#spawn("slurmctld", ["-D", "-c"]);
		for (const node of this.nodes) this.#spawn("slurmd", ["-D", "-N", node], node);
		for (let waited = 0; ; waited += LOOK_MS) {
			const idle = this.run("sinfo", "--noheader", "--Node", "--states=idle", "--format=%N").stdout.trim();
			if (idle.split("\n").length === this.nodes.length && idle !== "") return;
			if (waited >= START_MS) throw new Error(`Slurm's nodes do not come up: ${this.#words()}`);
			await sleep(LOOK_MS);
		}
	}

	/** Slurm's daemons prove to each other by it who they are. */
	async #startMunge(): Promise<void> {
		const of = (name: string) => join(this.folder, `munge.${name}`);
		writeFileSync(of("key"), randomBytes(KEY_BYTES), { mode: 0o400 });
		const files = ["key-file", "socket", "pid-file", "log-file", "seed-file"].map(
			(option) => `--${option}=${of(option.replace("-file", ""))}`,
		);
		// Others cannot reach its socket, which it takes for a mistake.
		this.#spawn("munged", ["--foreground", "--force", ...files]);
		for (let waited = 0; !existsSync(of("socket")); waited += LOOK_MS) {
			if (waited >= START_MS) throw new Error(`munged does not come up: ${this.#words()}`);
			await sleep(LOOK_MS);
		}
	}

	#spawn(name: string, args: readonly string[], log = name): void {
		const output = openSync(join(this.folder, `${log}.out`), "w");
		const daemon = spawn(pathOf(name) ?? name, args, {
			env: this.environment,
			stdio: ["ignore", output, output],
		});
		closeSync(output);
		this.#daemons.push(daemon);
	}

	/** What the daemons said last. */
	#words(): string {
		return ["munged", "slurmctld", ...this.nodes]
			.filter((name) => existsSync(join(this.folder, `${name}.out`)))
			.map((name) => `${name}: ${readFileSync(join(this.folder, `${name}.out`), "utf8").slice(-500)}`)
			.join("\n");
	}

	run(name: string, ...args: readonly string[]) {
		return spawnSync(pathOf(name) ?? name, args, { encoding: "utf8", env: this.environment });
	}

	/** Ends all jobs and daemons. */
	async stop(): Promise<void> {
		const own = `--user=${userInfo().uid}`;
		// What a task has started would outlive its node's daemon.
		this.run("scancel", own, "--signal=KILL", "--full");
		this.run("scancel", own);
		for (let waited = 0; waited < STOP_MS; waited += LOOK_MS) {
			if (this.run("squeue", "--noheader").stdout?.trim() === "") break;
			await sleep(LOOK_MS);
		}
		for (const daemon of this.#daemons) daemon.kill("SIGTERM");
		await Promise.all(
			this.#daemons.map(
				(daemon) =>
					new Promise<void>((resolve) => {
						if (daemon.exitCode !== null || daemon.signalCode !== null) resolve();
						daemon.once("exit", () => resolve());
						setTimeout(() => daemon.kill("SIGKILL"), 5000).unref();
					}),
			),
		);
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** @returns ports that nothing listens on */
async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(
		Array.from({ length: count }, async () => {
			const server = createServer();
			await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
			return server;
		}),
	);
	const ports = servers.map((server) => (server.address() as { port: number }).port);
	for (const server of servers) server.close();
	return ports;
}

/** Nodes have two processors, so that two tasks would share one if they did not ask for all of it. */
function configuration(
	folder: string,
	nodes: readonly string[],
	control: number,
	ports: readonly number[],
): string {
	const host = hostname().split(".")[0];
	const { username } = userInfo();
	return `ClusterName=tests
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${control}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
SlurmUser=${username}
SlurmdUser=${username}
StateSaveLocation=${folder}/control
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/control.pid
SlurmdPidFile=${folder}/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
KillWait=10
${nodes.map((node, index) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=2`).join("\n")}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}
