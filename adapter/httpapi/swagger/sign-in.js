// The bar at the top: who is signed in, Google's button for whoever isn't, and Sign out.

const nonceAge = 9 * 60_000; // the server keeps one for 10 minutes
const patience = 10_000;

/**
 * Puts the bar at the top of the page; its refresh asks again who is signed in. changed is called
 * when somebody has signed in or out.
 */
export function mountBar(page, changed) {
	const status = element('p', { role: 'status', tabIndex: -1, className: 'lk-status' });
	const action = element('div', { className: 'lk-action' });
	const bar = element(
		'header',
		{ className: 'lk-bar' },
		element('a', { className: 'lk-name', href: '/' }, key(), 'Latchkey'),
		element('h1', { className: 'lk-title' }, 'API'),
		status,
		action,
	);
	page.prepend(bar);

	let timer;
	let renewAt = 0;
	let shown; // what the bar shows: the user's id, or '' for nobody
	let problem = ''; // why the last sign-in failed

	async function refresh({ moveFocus = false } = {}) {
		try {
			const answer = await call('/api/user');
			const said = await answer.json();
			if (answer.ok) showUser(said);
			else if (answer.status < 500) await showNobody(said);
			else throw new Error(said.detail);
		} catch {
			shown = undefined;
			say('The server can’t be reached.');
			action.replaceChildren(button('Try again', () => refresh({ moveFocus: true })));
		}
		if (moveFocus) status.focus();
	}

	function showUser(user) {
		problem = '';
		clearTimeout(timer);
		if (shown === user.id) return;
		if (shown !== undefined) changed();
		shown = user.id;
		say('Signed in as ', element('strong', {}, user.email));
		if (user.admin) status.append(' ', element('span', { className: 'lk-badge' }, 'administrator'));
		action.replaceChildren(button('Sign out', signOut));
	}

	async function showNobody(refusal) {
		const why = refusal.code === 'not_authenticated' ? '' : refusal.detail;
		say(problem || why || 'Not signed in.');
		status.classList.toggle('lk-problem', problem !== '' || why !== '');
		if (shown === '' && !problem) return;
		if (shown) changed();
		shown = '';
		await showButton();
	}

	async function showButton() {
		clearTimeout(timer);
		try {
			const config = await (await call('/api/config')).json();
			if (!config.google_client_id) {
				say('Signing in needs a Google client id: LATCHKEY_GOOGLE_CLIENT_ID is not set.');
				action.replaceChildren();
				return;
			}
			const [google, { nonce }] = await Promise.all([
				loadGoogle(config.gis_url),
				call('/api/login/nonce').then((answer) => answer.json()),
			]);
			if (shown !== '') return; // signed in meanwhile
			google.initialize({ client_id: config.google_client_id, nonce, callback: signIn });
			const place = element('div', { className: 'lk-google' });
			action.replaceChildren(place);
			google.renderButton(place, { type: 'standard', theme: 'outline', size: 'medium', text: 'signin_with', locale: 'en' });
			timer = setTimeout(showButton, nonceAge);
			renewAt = Date.now() + nonceAge;
		} catch {
			shown = undefined;
			say('Google’s sign-in button did not load.');
			action.replaceChildren(button('Try again', () => refresh({ moveFocus: true })));
		}
	}

	async function signIn({ credential }) {
		say('Signing in…');
		problem = '';
		try {
			const answer = await call('/api/login', {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ credential }),
			});
			const said = await answer.json();
			if (!answer.ok) problem = said.detail;
		} catch {
			problem = 'The server can’t be reached.';
		}
		await refresh({ moveFocus: true });
	}

	async function signOut() {
		try {
			await (await call('/api/logout', { method: 'POST' })).text();
			window.google?.accounts.id.disableAutoSelect();
		} catch {
			// What has become of the session is asked next, and said.
		}
		await refresh({ moveFocus: true });
	}

	function say(...words) {
		status.classList.remove('lk-problem');
		status.replaceChildren(...words);
	}

	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState !== 'visible') return;
		if (shown === '' && Date.now() > renewAt) showButton(); // a sleeping tab's timers sleep too
		refresh(); // another tab may have signed somebody in or out
	});
	refresh();
	return { refresh };
}

function call(address, options = {}) {
	return fetch(address, { ...options, headers: { Accept: 'application/json', ...options.headers }, signal: AbortSignal.timeout(patience) });
}

let loading;

/** Loads the script of Google's button once; after a failure the next call tries again. */
function loadGoogle(address) {
	loading ??= new Promise((resolve, reject) => {
		const script = element('script', { src: address, async: true });
		script.onload = () => resolve(window.google.accounts.id);
		script.onerror = () => {
			loading = undefined;
			script.remove();
			reject(new Error('the script of the sign-in button did not load'));
		};
		document.head.append(script);
	});
	return loading;
}

function button(label, act) {
	const made = element('button', { type: 'button', className: 'lk-button' }, label);
	made.addEventListener('click', act);
	return made;
}

function element(name, properties, ...content) {
	const made = document.createElement(name);
	const { role, ...rest } = properties;
	if (role) made.setAttribute('role', role);
	Object.assign(made, rest);
	made.append(...content);
	return made;
}

/** The key of Latchkey's sign. */
function key() {
	const drawing = new DOMParser().parseFromString(
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" class="lk-key" aria-hidden="true">
			<rect width="32" height="32" rx="8" fill="#0f5247"/>
			<g fill="none" stroke="#f2c46d" stroke-width="2.75" stroke-linecap="round" stroke-linejoin="round">
				<circle cx="10.5" cy="16" r="4.5"/><path d="M15 16h11v4.5M20.75 16v3.5"/>
			</g>
		</svg>`,
		'image/svg+xml',
	);
	return drawing.documentElement;
}
