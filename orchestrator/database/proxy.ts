/**
 * Stands between a harness that is verified and its database server, passes everything on, and counts it.
 * Nothing is timed meanwhile.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, connect as open, type Server, type Socket } from "node:net";
import type { DatabaseTraffic } from "../../shared/types.ts";
import { commandWord, MessageReader, parseFirstPacket, statementText } from "./protocol.ts";
import { HARNESS_NAME, Traffic } from "./traffic.ts";

const HOST = "127.0.0.1";
/** A tag is a few words, and a marker stands at the beginning of its statement. */
const KEPT_TAG_BYTES = 64;
const KEPT_STATEMENT_BYTES = 1024;
const FROM_SERVER = new Map([["C", KEPT_TAG_BYTES]]);
const FROM_HARNESS = new Map([
	["Q", KEPT_STATEMENT_BYTES],
	["P", KEPT_STATEMENT_BYTES],
]);
/** The answer to a request for encryption: there is none. */
const REFUSED = "N";

export class CountingProxy {
	readonly address: { host: string; port: number };
	readonly #listener: Server;
	readonly #sockets: Set<Socket>;
	readonly #traffic: Traffic;

	private constructor(listener: Server, sockets: Set<Socket>, traffic: Traffic) {
		this.address = { host: HOST, port: (listener.address() as AddressInfo).port };
		this.#listener = listener;
		this.#sockets = sockets;
		this.#traffic = traffic;
	}

	/** @throws the system's error when no port can be had */
	static async start(server: { host: string; port: number }): Promise<CountingProxy> {
		const traffic = new Traffic();
		const sockets = new Set<Socket>();
		const keep = (socket: Socket) => {
			sockets.add(socket);
			socket.on("close", () => sockets.delete(socket));
			// The other end is told by the close that follows.
			socket.on("error", () => {});
			socket.setNoDelay(true);
			return socket;
		};
		const listener = createServer((client) => {
			keep(client);
			join(client, keep(open(server)), traffic);
		});
		listener.listen(0, HOST);
		await once(listener, "listening");
		return new CountingProxy(listener, sockets, traffic);
	}

	record(): DatabaseTraffic {
		return this.#traffic.record();
	}

	close(): void {
		this.#listener.close();
		for (const socket of this.#sockets) socket.destroy();
	}
}

/** Joins a client to the server, and counts unless the client is the harness itself. */
function join(client: Socket, server: Socket, traffic: Traffic): void {
	let first: Buffer | null = Buffer.alloc(0);
	let observe: Observer | null = null;
	client.on("data", (chunk: Buffer) => {
		if (first === null) {
			observe?.sent(chunk);
			passOn(client, server, chunk);
			return;
		}
		first = Buffer.concat([first, chunk]);
		for (;;) {
			const packet = parseFirstPacket(first);
			if (packet.kind === "incomplete") return;
			if (packet.kind === "encryption") {
				client.write(REFUSED);
				first = first.subarray(packet.bytes);
				continue;
			}
			if (packet.kind === "unknown") {
				client.destroy();
				return;
			}
			if (packet.kind === "startup") {
				const isHarness = packet.parameters.get("application_name") === HARNESS_NAME;
				observe = isHarness ? markersOf(traffic) : countsOf(traffic, packet.bytes);
				observe.sent(first.subarray(packet.bytes));
			}
			passOn(client, server, first);
			first = null;
			return;
		}
	});
	server.on("data", (chunk: Buffer) => {
		observe?.received(chunk);
		passOn(server, client, chunk);
	});
	for (const [one, other] of [
		[client, server],
		[server, client],
	] as const) {
		one.on("end", () => other.end());
		// What the other one is still owed is sent before it is closed.
		one.on("close", (failed) => (failed ? other.destroy() : other.end()));
	}
}

interface Observer {
	sent(chunk: Buffer): void;
	received(chunk: Buffer): void;
}

function markersOf(traffic: Traffic): Observer {
	const reader = new MessageReader(FROM_HARNESS, (message) => {
		if (FROM_HARNESS.has(message.type)) traffic.noteMarker(statementText(message));
	});
	return { sent: (chunk) => reader.push(chunk), received: () => {} };
}

/** @param firstBytes those of the first packet */
function countsOf(traffic: Traffic, firstBytes: number): Observer {
	traffic.addBytes("bytesSent", firstBytes);
	const reader = new MessageReader(FROM_SERVER, (message) => {
		if (message.type === "C") traffic.addStatement(commandWord(message));
		else if (message.type === "D") traffic.addRow();
	});
	return {
		sent: (chunk) => traffic.addBytes("bytesSent", chunk.length),
		received(chunk) {
			traffic.addBytes("bytesReceived", chunk.length);
			reader.push(chunk);
		},
	};
}

/** Waits with reading while the other side does not keep up. */
function passOn(from: Socket, to: Socket, chunk: Buffer): void {
	if (to.destroyed || to.write(chunk)) return;
	from.pause();
	to.once("drain", () => from.resume());
}
