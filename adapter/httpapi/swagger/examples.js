// Puts what is there right now in the place of the document's examples: tried out as they
// stand, they then work.

/**
 * The document (as text) with the ids of whoever is signed in, another session of theirs to end
 * where there is one, and a credential from the stand-in.
 */
export async function withLiveExamples(text) {
	const document = JSON.parse(text);
	const [me, config] = await Promise.all([read('/api/me'), read('/api/config')]);
	const live = { user: me?.user.id };
	if (config?.standin) live.credential = await credential(me?.user.email ?? 'ada@example.com');
	const own = me && (await otherSession('/api/me/sessions', me));
	const anybodys = own ?? (me?.user.admin ? await otherSession('/api/sessions?limit=2', me) : undefined);

	for (const [path, operations] of Object.entries(document.paths)) {
		live.session = (path.startsWith('/me/') ? own : anybodys) ?? me?.session.id;
		for (const { parameters = [], requestBody } of Object.values(operations)) {
			for (const parameter of parameters) fill(parameter, live);
			for (const media of Object.values(requestBody?.content ?? {})) fill(media, live);
		}
	}
	return JSON.stringify(document);
}

/**
 * Puts the document (as text) into Swagger UI. It forgets what a field holds when its example
 * changes: what somebody has typed is put back, what was filled in is filled in anew.
 */
export function replaceDocument({ specActions, specSelectors }, text) {
	const typed = [];
	for (const [operation, index, parameter] of livePlaces(specSelectors)) {
		const value = specSelectors.parameterWithMetaByIdentity(operation, parameter)?.get('value');
		if (value !== undefined && value !== parameter.get('example')) typed.push([operation, index, value]);
	}
	specActions.updateJsonSpec(JSON.parse(text));
	for (const [operation, index, value] of typed) {
		const parameter = specSelectors.specJson().getIn(['paths', ...operation, 'parameters', index]);
		specActions.changeParamByIdentity(operation, parameter, value, false);
	}
}

/** Each parameter whose example is live: its path and method, its place among the others, itself. */
function* livePlaces(specSelectors) {
	for (const [path, operations] of specSelectors.specJson().get('paths')) {
		for (const [method, operation] of operations) {
			for (const [index, parameter] of (operation.get?.('parameters') ?? []).entries()) {
				if (parameter.has('x-example-is')) yield [[path, method], index, parameter];
			}
		}
	}
}

function fill(place, live) {
	const value = live[place['x-example-is']];
	if (!value) return;
	if (typeof place.example === 'object') for (const field of Object.keys(place.example)) place.example[field] = value;
	else place.example = value;
}

async function read(address, options) {
	try {
		const answer = await fetch(address, options);
		return answer.ok ? await answer.json() : undefined;
	} catch {
		return undefined; // then the document's own examples stay
	}
}

/** The id of a session that the list has besides the one in use. */
async function otherSession(address, me) {
	const page = await read(address);
	return page?.results.find(({ id }) => id !== me.session.id)?.id;
}

async function credential(email) {
	const answer = await read('/dev/google/token', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ email }),
	});
	return answer?.credential;
}
