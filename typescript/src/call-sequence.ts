/** Says which message asked the text models what. */
import type { CallSequence } from "../../shared/types.ts";

/** Returns the name of the question that the schema text at `index` of its template's row stands for. */
export function nameQuestion(template: string, index: number): string {
	return index === 0 ? template : `${template}/${index + 1}`;
}

/**
 * Divides the questions among the messages. What is asked between two messages belongs to the first.
 * @param askedBefore the number of questions before each message was sent
 * @param overlap no question can be told to be one message's, so that one row has them all, sorted
 */
export function divideQuestions(
	questions: readonly string[],
	askedBefore: readonly number[],
	overlap: boolean,
): CallSequence {
	if (overlap)
		return [{ messages: askedBefore.length, calls: questions.slice(askedBefore[0] ?? 0).toSorted() }];
	const sequence: CallSequence = [];
	for (const [message, from] of askedBefore.entries()) {
		const calls = questions.slice(from, askedBefore[message + 1] ?? questions.length);
		const last = sequence.at(-1);
		if (last && last.calls.join() === calls.join()) last.messages++;
		else sequence.push({ messages: 1, calls });
	}
	return sequence;
}
