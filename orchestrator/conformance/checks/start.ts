/** Checks that a harness starts and says what it is. */
import { type Check, fail, pass, unless } from "../check.ts";
import { msText } from "../measurement-file.ts";
import type { Sessions } from "../sessions.ts";

/** The clocks of two processes may differ by this share. */
const CLOCK_SHARE = 1.01;

export const START: Check[] = [
	{
		name: "ready",
		about: "starts and sends 'ready' first, with pid, import time and versions",
		needs: [],
		async run(sessions) {
			const { ready, problem, garbage } = await sessions.holdVerifying(sessions.simplest);
			if (ready?.event.event === "ready") return pass(`ready after ${msText(ready.seenNs)}`);
			if (ready) return fail(`sent '${ready.event.event}' before 'ready'`);
			const line = garbage[0] === undefined ? "" : `; the events descriptor got: ${garbage[0]}`;
			return fail(`${problem ?? "sent nothing"}${line}`);
		},
	},
	{
		name: "identity",
		about: "is the process that was started, and names what it is made of",
		needs: ["ready"],
		async run(sessions) {
			return unless(await identityFault(sessions), "pid, import time and versions are plausible");
		},
	},
	{
		name: "events-fd",
		about: "sends its events where --events-fd says",
		needs: ["ready"],
		async run(sessions) {
			const { ready, exchanges, problem } = await sessions.hold("events-fd", {
				scenario: sessions.simplest,
				script: [],
				eventsFd: 4,
			});
			const answered = ready !== null && exchanges.length > 0;
			return unless(answered ? null : `with --events-fd 4 it ${problem}`, "--events-fd 4 works");
		},
	},
];

async function identityFault(sessions: Sessions): Promise<string | null> {
	const { ready, pid } = await sessions.holdVerifying(sessions.simplest);
	if (ready?.event.event !== "ready") return "sent no 'ready'";
	const { pid: said, importNs, versions } = ready.event;
	if (said !== pid)
		return (
			`'ready' says pid ${said}, started was ${pid}: ` +
			"it cannot be stopped while another works (exec the harness)"
		);
	if (importNs === 0) return "'ready' says that importing the framework took no time at all";
	if (importNs > ready.seenNs * CLOCK_SHARE)
		return `'ready' says ${msText(importNs)} of import, but came after ${msText(ready.seenNs)}`;
	const empty = Object.entries(versions).find(([, text]) => text.trim() === "");
	if (empty) return `'ready' names no version of ${empty[0]}`;
	return /^[0-9a-f]{64}$/.test(versions.lockDigest)
		? null
		: "versions.lockDigest is no SHA-256 in hexadecimal";
}
