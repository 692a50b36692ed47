/**
 * Reports are coloured where a person reads: on a terminal, unless NO_COLOR is set. Elsewhere, a CI log
 * included, they are coloured only with FORCE_COLOR.
 */
import pc from "picocolors";

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
const wanted = !NO_COLOR && (Boolean(FORCE_COLOR) || (process.stdout.isTTY === true && TERM !== "dumb"));

export const colours = pc.createColors(wanted);
