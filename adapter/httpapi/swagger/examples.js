// Puts what is there right now in the place of the document's examples: tried out as they
// stand, they then work.

/** The document (as text) with the ids of whoever is signed in, and a credential from the stand-in. */
export async function withLiveExamples(text) {
	const document = JSON.parse(text);
	const [me, config] = await Promise.all([read('/api/me'), read('/api/config')]);
	const live = { user: me?.user.id, session: me?.session.id };
	if (config?.standin) live.credential = await credential(me?.user.email ?? 'ada@example.com');

	for (const operations of Object.values(document.paths)) {
		for (const { parameters = [], requestBody } of Object.values(operations)) {
			for (const parameter of parameters) fill(parameter, live);
			for (const media of Object.values(requestBody?.content ?? {})) fill(media, live);
		}
	}
	return JSON.stringify(document);
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

async function credential(email) {
	const answer = await read('/dev/google/token', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ email }),
	});
	return answer?.credential;
}
