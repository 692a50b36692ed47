/* Filters, sorts and unfolds the page. It computes nothing but a cost, from the reader's own price. */
const root = document.documentElement;
root.classList.add("js");

const matrix = document.getElementById("matrix");
const form = document.querySelector("form.controls");

function filter() {
	const chosen = new FormData(form);
	const metric = chosen.get("metric");
	const category = chosen.get("category");
	const targets = new Set(chosen.getAll("target"));
	let shown = 0;
	for (const row of matrix.tBodies[0].rows) {
		const wanted = metric === "" ? "h" in row.dataset : row.dataset.m === metric;
		row.hidden = !wanted || (category !== "" && !row.dataset.c.split(" ").includes(category));
		if (!row.hidden) shown++;
	}
	for (const cell of matrix.querySelectorAll("[data-t]")) cell.hidden = !targets.has(cell.dataset.t);
	form.querySelector("output").textContent = `${shown} ${shown === 1 ? "row" : "rows"}`;
}

/* Deciding metrics have different units: their ratios can be put in order, their values cannot. */
function keyOf(row, column, byRatio) {
	const cell = row.cells[column];
	if (!("t" in cell.dataset)) return cell.textContent;
	const key = byRatio ? cell.dataset.f : cell.dataset.v;
	return key === undefined ? null : Number(key);
}

function sort(head) {
	const ascending = head.getAttribute("aria-sort") !== "ascending";
	const byRatio = form.elements.metric.value === "";
	for (const other of matrix.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
	head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
	const sign = ascending ? 1 : -1;
	const rows = [...matrix.tBodies[0].rows].map((row) => ({ row, key: keyOf(row, head.cellIndex, byRatio) }));
	rows.sort((one, other) => {
		if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
		return sign * (typeof one.key === "number" ? one.key - other.key : one.key.localeCompare(other.key));
	});
	matrix.tBodies[0].append(...rows.map(({ row }) => row));
}

if (matrix) {
	for (const place of matrix.querySelectorAll(".sort")) {
		const button = document.createElement("button");
		button.type = "button";
		button.append(...place.childNodes);
		button.addEventListener("click", () => sort(place.parentElement));
		place.append(button);
	}
	form.addEventListener("input", filter);
	form.addEventListener("submit", (event) => event.preventDefault());
	filter();
}

const slider = document.getElementById("latency");
if (slider) {
	const texts = slider.dataset.texts.split("|");
	const cells = [...document.querySelectorAll("#model-shares [data-v]")].map((cell) => ({
		cell,
		shares: cell.dataset.v.split("|"),
	}));
	const show = () => {
		const place = Number(slider.value);
		slider.setAttribute("aria-valuetext", texts[place]);
		document.getElementById("latency-text").textContent = texts[place];
		for (const { cell, shares } of cells) cell.textContent = shares[place];
	};
	slider.addEventListener("input", show);
	show();
}

const price = document.getElementById("price");
if (price) {
	const cells = [...document.querySelectorAll("#deployment-figures [data-hours]")];
	price.addEventListener("input", () => {
		for (const cell of cells) {
			cell.querySelector(".cost")?.remove();
			const cost = Number(price.value) * Number(cell.dataset.hours);
			if (price.value === "" || !Number.isFinite(cost)) continue;
			const shown = document.createElement("small");
			shown.className = "cost";
			shown.textContent = `costs ${cost.toPrecision(3)}`;
			cell.append(shown);
		}
	});
}

for (const button of document.querySelectorAll("[data-copy]")) {
	button.addEventListener("click", async () => {
		const code = button.parentElement.querySelector("code");
		getSelection().selectAllChildren(code);
		try {
			await navigator.clipboard.writeText(code.textContent);
			button.textContent = "Copied";
		} catch {
			button.textContent = "Selected";
		}
	});
}

function openAll(open) {
	for (const part of document.querySelectorAll("details.scenario")) part.open = open;
}
document.querySelector("[data-open]")?.addEventListener("click", () => openAll(true));
document.querySelector("[data-close]")?.addEventListener("click", () => openAll(false));

function openTarget() {
	const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
	const part = target?.closest("details");
	if (!part) return;
	part.open = true;
	target.scrollIntoView();
}
addEventListener("hashchange", openTarget);
openTarget();

/* Paper has no clicks: everything is open while it is printed. */
let closed = [];
addEventListener("beforeprint", () => {
	closed = [...document.querySelectorAll("details:not([open])")];
	for (const part of closed) part.open = true;
});
addEventListener("afterprint", () => {
	for (const part of closed) part.open = false;
});
