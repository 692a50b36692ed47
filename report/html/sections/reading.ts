/** This section explains the words and figures to a reader who did not write them. */
import { html, type Markup } from "../markup.ts";
import { details, section } from "../parts.ts";
import type { View } from "../view.ts";

export function renderReading({ comparison: { database_server, databases } }: View): Markup {
	return section(
		"reading",
		"How to read this",
		html`<p>
			A ratio such as <b>2.10x</b> says how many times worse a target is than the best comparable target, which
			has <b>1.00x</b>. It comes from pairs of iterations that ran side by side, so it can differ a little from
			the quotient of two figures, which come from all iterations. A figure is followed by its 95 % interval.
			<b>~</b> marks a target that did other work, <b>-</b> a figure that was not measured.
		</p>`,
		details("What is compared, and with which model", comparedWork()),
		details("Comparable, divergent, unsupported, not observable", statuses()),
		details("Intervals, wins and ties", verdicts()),
		details("The figures", figures()),
		// A reader of a run without a real database needs none of these words.
		(database_server || databases) && details("Real databases", realDatabases()),
	);
}

function realDatabases(): Markup {
	return html`<p>
			A target with PostgreSQL or PGlite in its name keeps its data there, through the framework's own adapter.
			Every other target keeps them in memory.
		</p>
		<dl>
		<dt>CPU per message, server CPU per message</dt>
		<dd>
			The first is the process's own: the framework, its driver and, where the database is in the process, the
			database too. The second is that of the server's processes for this target, which are no part of the
			first.
		</dd>
		<dt>Server memory</dt>
		<dd>
			The most memory that the server's processes for this target had in the warm-up of a process, while an
			agent lived; "-" without a warm-up. RSS peak is the process's and has none of it.
		</dd>
		<dt>Statements, rows read</dt>
		<dd>
			What went to the server and came back from it, counted between the two in the verification, until the
			last message had returned. Work in the background falls before or after that by chance, so counts that
			differ by less than a tenth count as the same.
		</dd>
		<dt>Work after stop</dt>
		<dd>
			How long the database went on working when the runtime had been stopped. It is in no other time: the next
			iteration waits for it.
		</dd>
		<dt>fsync, synchronous_commit, what a commit takes</dt>
		<dd>
			Settings of the server that decide whether a write waits for the disk, and how long one takes on this
			machine. With other settings, or another disk, a message takes another time.
		</dd>
	</dl>`;
}

function comparedWork(): Markup {
	return html`<p>
			The published frameworks are compared, each through its public entry point, with its own bootstrap
			plugin and the in-memory database of its ecosystem. A <dfn>target</dfn> is one framework at one version
			on one engine. A <dfn>scenario</dfn> is one way to use it. A <dfn>cell</dfn> is one target in one
			scenario.
		</p>
		<p>
			Only the model is a mock. It gives every target the same answers, byte for byte, and takes no time. A
			real model takes hundreds of milliseconds, varies from minute to minute, and would hide the differences
			between frameworks. What it would leave of them is under
			<a href="#model-share">Share beside a real model</a>.
		</p>`;
}

function statuses(): Markup {
	return html`<dl>
		<dt>comparable</dt>
		<dd>
			Before anything was timed, the cell ran once with everything recorded (replies, model calls, stored
			memories, handlers), and it did what the scenario asks for. Only comparable cells take part in ratios,
			wins and ties.
		</dd>
		<dt>divergent</dt>
		<dd>
			It answers, but its work differs from what the scenario asks for, so a ratio would compare different
			work. Its figures are shown, marked with ~.
		</dd>
		<dt>unsupported</dt>
		<dd>The framework raised an error, which is shown. It has no figures.</dd>
		<dt>failed</dt>
		<dd>
			Its process crashed, hung, or gave other replies than in the verification, and the one retry failed too.
			It has no figures.
		</dd>
		<dt>not observable</dt>
		<dd>
			This framework offers no way to time that stage of the pipeline from outside. Its time is not zero: it
			is in the stage around it, or unattributed.
		</dd>
	</dl>`;
}

function verdicts(): Markup {
	return html`<dl>
		<dt>95 % interval</dt>
		<dd>
			The range in which the true figure lies with 95 % confidence. The unit is the process: a figure comes
			from several fresh processes. A ratio comes from pairs of processes that alternated in one block, so that
			a disturbance of the machine affects both.
		</dd>
		<dt>noise floor</dt>
		<dd>
			How far a target differs from itself beyond the noise, measured with --aa in this run and earlier ones on
			this machine. Where it was not measured (-), the interval alone decides.
		</dd>
		<dt>wins</dt>
		<dd>
			Against every other comparable target, the whole interval of the ratio lies beyond 1 and beyond the
			noise floor, if there is one.
		</dd>
		<dt>tie</dt>
		<dd>
			No target wins. A tie does not prove that targets are equal: the <em>detectable difference</em>
			would have been found 9 times in 10.
		</dd>
		<dt>undecided</dt>
		<dd>There are fewer than two blocks, too few for an interval.</dd>
	</dl>`;
}

function figures(): Markup {
	return html`<dl>
		<dt>Latency</dt>
		<dd>
			The time of one call of handleMessage. Median, mean and percentiles are over all messages of the plain
			iterations; <em>within a process</em> is the geometric mean over processes of each one's own
			percentile.
		</dd>
		<dt>Throughput</dt>
		<dd>Messages (or actions, or database operations) per second, over whole iterations.</dd>
		<dt>CPU per message</dt>
		<dd>
			User and system time of all threads of the process, so that a garbage collector on another core is
			counted.
		</dd>
		<dt>RSS peak</dt>
		<dd>The kernel's own high-water mark of resident memory.</dd>
		<dt>Process to ready, import, startup, cold message, start to reply</dt>
		<dd>
			Figures of a fresh process. Startup is the time to construct and initialize the runtime.
		</dd>
		<dt>Cold, first and steady message</dt>
		<dd>
			The first message in a fresh process, the first in a fresh runtime of a warm process, and later ones in
			the same runtime.
		</dd>
		<dt>Pipeline</dt>
		<dd>
			Times of stages come from observed iterations, which are instrumented; <em>observer cost</em> is the time
			that the instrumentation adds. Stages explain one runtime. They do not compare runtimes, because a stage
			covers different work in each.
		</dd>
	</dl>`;
}
