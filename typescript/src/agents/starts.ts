/**
 * Times how each plugin starts: its `init`, and the start of its services. Two readings of the clock around
 * each are all that is added. The plugins' own objects stay as they are.
 */
import type { Plugin } from "@elizaos/core";
import type { PluginFailure, PluginStart } from "../../../shared/types.ts";
import { now, nsSince } from "../clocks.ts";
import { FrameworkError } from "../failure.ts";
import type { LoadedPlugin } from "./load.ts";

type Start = (...args: unknown[]) => unknown;
type ServiceClass = ((...args: never[]) => unknown) & { serviceType?: string; name: string; start?: Start };

/** What else happens at a start. */
export interface StartListener {
	/** Does the work of a plugin, or of one of its services. */
	around<T>(plugin: string, service: string | null, work: () => T): T;
	/** It has ended, well or not. */
	ended(plugin: string, service: string | null): void;
	started(plugin: string, service: string, instance: object): void;
	failed(plugin: string, failure: PluginFailure): void;
}

export class PluginStarts {
	readonly rows: PluginStart[] = [];
	readonly #listener: Partial<StartListener>;

	constructor(listener: Partial<StartListener> = {}) {
		this.#listener = listener;
	}

	/** @returns copies that are timed */
	wrap(plugins: readonly LoadedPlugin[]): LoadedPlugin[] {
		return plugins.map(({ name, plugin }) => ({ name, plugin: this.#wrapPlugin(name, plugin) }));
	}

	#wrapPlugin(name: string, plugin: Plugin): Plugin {
		const row: PluginStart = { plugin: name, initNs: null, services: [], failure: null };
		this.rows.push(row);
		const { init, services } = plugin as unknown as { init?: Start; services?: ServiceClass[] };
		const own = {
			...(init
				? {
						init: (...args: unknown[]) =>
							this.#time(
								row,
								null,
								() => init.apply(plugin, args),
								(ns) => {
									row.initNs = ns;
								},
							),
					}
				: {}),
			...(services ? { services: services.map((service) => this.#wrapService(row, service)) } : {}),
		};
		return Object.assign(Object.create(Object.getPrototypeOf(plugin)), plugin, own) as Plugin;
	}

	#wrapService(row: PluginStart, service: ServiceClass): ServiceClass {
		const { start } = service;
		if (typeof start !== "function") return service;
		const name = service.serviceType ?? service.name;
		const timed = { name, startNs: null as number | null };
		row.services.push(timed);
		const wrapped = (...args: unknown[]) =>
			this.#time(
				row,
				name,
				() => start.apply(service, args),
				(ns, instance) => {
					timed.startNs = ns;
					if (typeof instance === "object" && instance !== null)
						this.#listener.started?.(row.plugin, name, instance);
				},
			);
		return new Proxy(service, {
			get: (target, key) => (key === "start" ? wrapped : Reflect.get(target, key, target)),
		});
	}

	async #time(
		row: PluginStart,
		service: string | null,
		work: () => unknown,
		done: (ns: number, result: unknown) => void,
	): Promise<unknown> {
		const started = now();
		try {
			const result = await (this.#listener.around?.(row.plugin, service, work) ?? work());
			done(nsSince(started), result);
			return result;
		} catch (error) {
			const phase = service === null ? "init" : "service";
			row.failure ??= { ...new FrameworkError(error).toFailure(phase), phase };
			this.#listener.failed?.(row.plugin, row.failure);
			throw error;
		} finally {
			this.#listener.ended?.(row.plugin, service);
		}
	}
}
