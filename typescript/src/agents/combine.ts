/** Makes one instrument of several. The first one is next to the framework. */
import type { Instrument } from "../agent.ts";

export function combine(instruments: readonly Instrument[]): Instrument {
	return {
		instrumentPlugins: (plugins) =>
			instruments.reduce((all, one) => one.instrumentPlugins?.(all) ?? all, plugins),
		instrumentConstructed(runtime) {
			for (const one of instruments) one.instrumentConstructed?.(runtime);
		},
		instrumentAdapter(adapter) {
			for (const one of instruments) one.instrumentAdapter(adapter);
		},
		instrumentRuntime(runtime) {
			for (const one of instruments) one.instrumentRuntime(runtime);
		},
		wrapCallback: (callback) => instruments.reduce((all, one) => one.wrapCallback(all), callback),
	};
}
