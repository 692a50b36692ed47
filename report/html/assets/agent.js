/* Computes tokens and a price from the reader's own factor and prices, and nothing else. */
document.documentElement.classList.add("js");

const fields = ["token-chars", "price-in", "price-out"].map((id) => document.getElementById(id));
const cells = [...document.querySelectorAll("td[data-in], td[data-out]")];
const MESSAGES = 1000;

function numberOf(field) {
	const number = Number(field.value);
	return field.value === "" || !Number.isFinite(number) ? null : number;
}

/* Of the two prices that of what a cell has is needed: 0 characters cost nothing at any price. */
function costOf(tokens, price) {
	return tokens === 0 ? 0 : price === null ? null : (tokens * price * MESSAGES) / 1e6;
}

function show() {
	const [factor, priceIn, priceOut] = fields.map(numberOf);
	for (const cell of cells) {
		cell.querySelector(".cost")?.remove();
		if (factor === null || factor === 0) continue;
		const [asked, answered] = [cell.dataset.in, cell.dataset.out].map((chars) => Number(chars ?? 0) / factor);
		const costs = [costOf(asked, priceIn), costOf(answered, priceOut)];
		const tokens = `${Number((asked + answered).toPrecision(3)).toLocaleString("en-US")} tokens`;
		const shown = document.createElement("small");
		shown.className = "cost";
		shown.textContent = costs.includes(null)
			? tokens
			: `${tokens}, ${Number((costs[0] + costs[1]).toPrecision(3))} for ${MESSAGES.toLocaleString("en-US")} messages`;
		cell.append(shown);
	}
}

if (fields.every((field) => field !== null))
	for (const field of fields) field.addEventListener("input", show);
