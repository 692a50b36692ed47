/** What the words and figures mean, for a reader who did not write them. */
import { html, type Markup } from "../markup.ts";
import { details, section } from "../parts.ts";

export function renderReading(): Markup {
	return section(
		"reading",
		"How to read this",
		html`<p>
			Factors such as <b>2.10x</b> say how many times worse a target is than the best comparable one, which has
			<b>1.00x</b>; behind a figure stands its 95 % interval. <b>~</b> marks other work, <b>-</b> what was not
			measured.
		</p>`,
		details("What is compared, and with which model", comparedWork()),
		details("Comparable, divergent, unsupported, not observable", statuses()),
		details("Intervals, wins and ties", verdicts()),
		details("The figures", figures()),
	);
}

function comparedWork(): Markup {
	return html`<p>
			The real published frameworks, each through its public entry point, with its own bootstrap plugin and
			the in-memory database of its ecosystem. A <dfn>target</dfn> is one of them at one version on one
			engine, a <dfn>scenario</dfn> one way to use it, and a <dfn>cell</dfn> one target in one scenario.
		</p>
		<p>
			Only the model is a mock: it gives the same answers, byte for byte, to every target, and gives them at
			once. A real model takes hundreds of milliseconds, varies by the minute and would hide what is to be
			measured; what it would leave of the differences is under <a href="#turn">Share of a real turn</a>.
		</p>`;
}

function statuses(): Markup {
	return html`<dl>
		<dt>comparable</dt>
		<dd>
			Before anything was timed the cell ran once with everything recorded (replies, model calls, stored
			memories, handlers) and did what the scenario asks for. Only comparable cells take part in ratios,
			wins and ties.
		</dd>
		<dt>divergent</dt>
		<dd>
			It answers, but its work differs from what was asked, so a ratio would compare unlike work. Its figures
			are shown, marked with ~.
		</dd>
		<dt>unsupported</dt>
		<dd>The framework raised an error, which is shown. No figures.</dd>
		<dt>failed</dt>
		<dd>Its process crashed, hung or gave other replies than in the check. No figures.</dd>
		<dt>not observable</dt>
		<dd>
			This framework offers no way to time that step of the pipeline from outside: its time is in the step
			around it. It is not zero.
		</dd>
	</dl>`;
}

function verdicts(): Markup {
	return html`<dl>
		<dt>95 % interval</dt>
		<dd>
			Where the true figure lies with 95 % confidence. The unit is the process: each figure comes from
			several fresh processes, and ratios from pairs that took turns in one block, so that a neighbour's burst
			on a shared machine meets both.
		</dd>
		<dt>noise floor</dt>
		<dd>
			How far a target differs from itself: measured with --aa, otherwise 1 % is assumed (marked with *).
		</dd>
		<dt>wins</dt>
		<dd>
			The whole interval of the ratio lies beyond 1 and beyond the noise floor, against every other comparable
			target.
		</dd>
		<dt>tie</dt>
		<dd>
			Otherwise. A tie is not a proof of sameness: <em>detectable</em> says how large a difference would have
			been found 9 times in 10.
		</dd>
		<dt>undecided</dt>
		<dd>Fewer than two blocks: nothing can be said.</dd>
	</dl>`;
}

function figures(): Markup {
	return html`<dl>
		<dt>Latency</dt>
		<dd>
			One call of handleMessage, from the call to its return; median, mean and percentiles over all messages
			of the plain iterations.
		</dd>
		<dt>Throughput</dt>
		<dd>Messages (or actions, or database operations) a second over whole iterations.</dd>
		<dt>CPU per message</dt>
		<dd>
			User and system time of all threads of the process, so that a collector on another core is not free.
		</dd>
		<dt>RSS peak</dt>
		<dd>The kernel's own high-water mark of resident memory.</dd>
		<dt>Process to ready, import, startup, cold message, start to reply</dt>
		<dd>
			Cold figures, each from a fresh process. Startup is to construct and initialize the runtime.
		</dd>
		<dt>Cold, first and steady message</dt>
		<dd>
			Three different messages: in a fresh process, in a fresh runtime of a warm process, and later in the
			same runtime.
		</dd>
		<dt>Pipeline</dt>
		<dd>
			From iterations of their own, with instrumentation; <em>observer cost</em> is what the instrumentation
			cost. Stages explain one runtime; they are no ratio between runtimes.
		</dd>
	</dl>`;
}
