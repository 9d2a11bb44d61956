import { answer, api, type Schemas } from './client';

export type Config = Schemas['Config'];

let asked: Promise<Config> | undefined;

/** What the server says of itself; asked once, and again after a failure. */
export function loadConfig(): Promise<Config> {
	asked ??= answer(api.GET('/config')).catch((thrown: unknown) => {
		asked = undefined;
		throw thrown;
	});
	return asked;
}
