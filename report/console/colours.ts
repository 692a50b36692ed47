/**
 * Reports are coloured where a person reads: on a terminal, unless NO_COLOR is set. Elsewhere, a CI log
 * included, they are coloured only with FORCE_COLOR, whose values 0 and false mean no.
 */
import pc from "picocolors";

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
/** Such a terminal prints the sequences that colour text and move the cursor. One without a name may too. */
export const isDumb = !TERM || TERM === "dumb";
const forced = FORCE_COLOR ? !["0", "false"].includes(FORCE_COLOR) : null;
const wanted = !NO_COLOR && (forced ?? (process.stdout.isTTY === true && !isDumb));

export const colours = pc.createColors(wanted);
