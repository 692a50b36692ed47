// Messages between a framework and its server are counted alike, in whatever pieces they come.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	commandWord,
	type Message,
	MessageReader,
	parseFirstPacket,
	statementText,
} from "../../../orchestrator/database/protocol.ts";
import { Traffic } from "../../../orchestrator/database/traffic.ts";

const KEPT = new Map([
	["C", 8],
	["Q", 1000],
]);

function encode(type: string, body: Buffer): Buffer {
	const header = Buffer.alloc(5);
	header.write(type, "latin1");
	header.writeUInt32BE(body.length + 4, 1);
	return Buffer.concat([header, body]);
}

const message = fc.record({
	type: fc.constantFrom("C", "D", "Q", "Z", "1"),
	body: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});

function read(chunks: readonly Buffer[]): Message[] {
	const found: Message[] = [];
	const reader = new MessageReader(KEPT, (one) => found.push(one));
	for (const chunk of chunks) reader.push(chunk);
	return found;
}

test("messages are the same however they are cut into pieces, and keep what is asked for", () => {
	fc.assert(
		fc.property(fc.array(message), fc.array(fc.nat({ max: 200 })), (messages, cuts) => {
			const stream = Buffer.concat(messages.map(({ type, body }) => encode(type, body)));
			const places = [...new Set([0, ...cuts.map((cut) => Math.min(cut, stream.length)), stream.length])];
			places.sort((one, other) => one - other);
			const pieces = places.slice(1).map((end, index) => stream.subarray(places[index], end));
			const expected = messages.map(({ type, body }) => ({
				type,
				body: body.subarray(0, KEPT.get(type) ?? 0),
			}));
			for (const found of [read(pieces), read([...stream].map((byte) => Buffer.from([byte])))])
				assert.deepEqual(
					found.map(({ type, body }) => [type, body.toString("hex")]),
					expected.map(({ type, body }) => [type, body.toString("hex")]),
				);
		}),
	);
});

test("a piece that is changed afterwards changes nothing, and an impossible length ends the reading", () => {
	const chunk = encode("Q", Buffer.from("SELECT 1\0"));
	const found: Message[] = [];
	const reader = new MessageReader(KEPT, (one) => found.push(one));
	const half = Buffer.from(chunk.subarray(0, 9));
	reader.push(half);
	half.fill(0);
	reader.push(chunk.subarray(9));
	assert.deepEqual(found.map(statementText), ["SELECT 1"]);
	assert.deepEqual(read([Buffer.from([67, 0, 0, 0, 3, 67, 0, 0, 0, 4])]), []);
});

function firstPacket(code: number, text: string): Buffer {
	const body = Buffer.from(text);
	const packet = Buffer.alloc(8 + body.length);
	packet.writeUInt32BE(packet.length, 0);
	packet.writeUInt32BE(code, 4);
	body.copy(packet, 8);
	return packet;
}

test("the first packet is a start, a request, or no packet at all", () => {
	const start = firstPacket(196608, "user\0me\0application_name\0eliza-benchmark\0\0");
	for (let bytes = 0; bytes < start.length; bytes++)
		assert.equal(parseFirstPacket(start.subarray(0, bytes)).kind, "incomplete");
	const parsed = parseFirstPacket(Buffer.concat([start, Buffer.from("more")]));
	assert.ok(parsed.kind === "startup");
	assert.equal(parsed.bytes, start.length);
	assert.deepEqual(
		[...parsed.parameters],
		[
			["user", "me"],
			["application_name", "eliza-benchmark"],
		],
	);
	for (const code of [80877103, 80877104])
		assert.deepEqual(parseFirstPacket(firstPacket(code, "")), { kind: "encryption", bytes: 8 });
	assert.equal(parseFirstPacket(firstPacket(80877102, "12345678")).kind, "cancel");
	assert.equal(parseFirstPacket(firstPacket(131072, "")).kind, "unknown");
	assert.equal(parseFirstPacket(Buffer.from("GET / HTTP/1.1\r\n")).kind, "unknown");
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
			parseFirstPacket(Buffer.from(bytes));
		}),
	);
});

test("statements and tags are read from their messages", () => {
	const text = (type: string, body: string) => statementText({ type, body: Buffer.from(body) });
	assert.equal(text("Q", "SELECT 'a'\0"), "SELECT 'a'");
	assert.equal(text("P", "a name\0SELECT $1\0\0\0"), "SELECT $1");
	assert.equal(text("P", "\0SELECT 'cut"), "SELECT 'cut");
	const word = (tag: string) => commandWord({ type: "C", body: Buffer.from(tag) });
	assert.deepEqual(["INSERT 0 1\0", "BEGIN\0", "SELECT 12\0", ""].map(word), [
		"INSERT",
		"BEGIN",
		"SELECT",
		"",
	]);
});

test("what lies between two markers is counted; a missing marker makes the part unknown, not empty", () => {
	const traffic = new Traffic();
	traffic.addStatement("SELECT");
	traffic.noteMarker("SELECT 'eliza-benchmark:messages'");
	traffic.addStatement("SELECT");
	traffic.addStatement("INSERT");
	traffic.addRow();
	traffic.addBytes("bytesSent", 10);
	traffic.addBytes("bytesReceived", 20);
	traffic.noteMarker("SELECT 1");
	traffic.noteMarker("SELECT 'eliza-benchmark:returned'");
	const counts = {
		statements: 2,
		rows: 1,
		bytesSent: 10,
		bytesReceived: 20,
		byKind: { SELECT: 1, INSERT: 1 },
	};
	assert.deepEqual(traffic.record(), { messages: counts, afterwards: null });
	traffic.addStatement("UPDATE");
	traffic.noteMarker("SELECT 'eliza-benchmark:settled'");
	const later = { statements: 1, rows: 0, bytesSent: 0, bytesReceived: 0, byKind: { UPDATE: 1 } };
	assert.deepEqual(traffic.record(), { messages: counts, afterwards: later });
	assert.deepEqual(new Traffic().record(), { messages: null, afterwards: null });
});
