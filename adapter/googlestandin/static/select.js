// The account chooser and the One Tap card: somebody is chosen, a token is made for them and
// handed to the page that asked, and to no other origin.
(() => {
  'use strict';

  const asked = new URLSearchParams(location.search);
  const mode = asked.get('mode');
  const sheet = document.querySelector('.sheet');
  const list = document.getElementById('accounts');
  const fault = document.getElementById('fault');
  const page = window.opener ?? (parent === window ? null : parent);
  const REMEMBERED = 'google-standin.accounts'; // those that were used, the last one first
  const MOST = 6;
  const ONE_TAP_MOST = 3;

  if (asked.has('scheme')) document.documentElement.dataset.scheme = asked.get('scheme');

  const send = (message) => page?.postMessage({ channel: asked.get('channel'), ...message }, asked.get('origin'));

  function showFault(text) {
    fault.textContent = text;
    fault.hidden = false;
  }

  // A browser may forbid storage to frames: then nobody is remembered.
  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(REMEMBERED)) ?? [];
    } catch {
      return [];
    }
  }

  function remember(account) {
    try {
      const others = remembered().filter((each) => each.email.toLowerCase() !== account.email.toLowerCase());
      localStorage.setItem(REMEMBERED, JSON.stringify([account, ...others].slice(0, MOST)));
    } catch {
      // forgotten, then
    }
  }

  async function credentialFor(account) {
    const order = { email: account.email, aud: sheet.dataset.audience };
    if (account.name) order.name = account.name;
    if (account.hd !== undefined) order.hd = account.hd;
    if (account.unverified) order.email_verified = false;
    if (asked.get('nonce')) order.nonce = asked.get('nonce');
    const answer = await fetch('/dev/google/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(order),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail);
    return body.credential;
  }

  /** What the token says for people to see. */
  function shownBy(credential) {
    const payload = atob(credential.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    const { name, picture } = JSON.parse(new TextDecoder().decode(Uint8Array.from(payload, (c) => c.charCodeAt(0))));
    return { name, picture: new URL(picture).pathname };
  }

  function post(credential) {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = sheet.dataset.loginUri;
    const fields = { credential, g_csrf_token: asked.get('g_csrf_token'), select_by: 'btn' };
    if (asked.has('state')) fields.state = asked.get('state');
    for (const [name, value] of Object.entries(fields)) {
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  }

  async function pick(account, selectBy) {
    fault.hidden = true;
    sheet.classList.add('busy');
    try {
      const credential = await credentialFor(account);
      remember({ ...account, ...shownBy(credential) });
      if (mode === 'redirect') {
        post(credential);
      } else if (page) {
        send({ type: 'credential', credential, select_by: selectBy });
        if (window.opener) setTimeout(() => window.close(), 100); // the key is released here, not in the page
      } else {
        showFault('The page that opened this window is gone. Close the window and sign in again there.');
      }
    } catch (error) {
      showFault(error instanceof TypeError ? 'The server can’t be reached. Try again.' : error.message);
    } finally {
      sheet.classList.remove('busy');
    }
  }

  /** The button of an account: the persona's, or a new one. */
  function buttonOf(account) {
    const known = [...list.querySelectorAll('.account')].find(
      (each) => each.dataset.email.toLowerCase() === account.email.toLowerCase(),
    );
    if (known) return known;
    const item = document.getElementById('account-template').content.cloneNode(true);
    const button = item.querySelector('.account');
    button.dataset.email = account.email;
    button.dataset.name = account.name;
    if (account.hd !== undefined) button.dataset.hd = account.hd;
    if (account.unverified) button.dataset.unverified = '';
    button.querySelector('.name').textContent = account.name;
    button.querySelector('.email').textContent = account.email;
    button.querySelector('.face').src = account.picture;
    list.append(item);
    return button;
  }

  function accountOf(button) {
    const { email, name, hd, unverified } = button.dataset;
    return { email, name, hd, unverified: unverified !== undefined };
  }

  for (const account of remembered().reverse()) list.prepend(buttonOf(account).closest('li'));
  list.addEventListener('click', (event) => {
    const button = event.target.closest('.account');
    if (button) pick(accountOf(button), mode === 'onetap' ? 'user' : 'btn');
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    send({ type: 'dismiss' });
    if (window.opener) window.close();
  });

  if (mode === 'onetap') showCard();
  else showChooser();

  function showChooser() {
    const accounts = document.getElementById('accounts-view');
    const form = document.getElementById('form-view');
    const show = (formShown) => {
      accounts.hidden = formShown;
      form.hidden = !formShown;
      fault.hidden = true;
      (formShown ? form.email : document.getElementById('other')).focus();
    };
    document.getElementById('other').addEventListener('click', () => show(true));
    document.getElementById('back').addEventListener('click', () => show(false));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const unverified = !document.getElementById('verified').checked;
      pick({ email: form.email.value.trim(), name: form.elements.name.value.trim(), unverified }, 'btn');
    });
  }

  function showCard() {
    const verbs = { signin: 'Sign in to', signup: 'Sign up to', use: 'Use' };
    document.getElementById('verb').textContent = verbs[asked.get('context')] ?? verbs.signin;
    document.getElementById('close').addEventListener('click', () => send({ type: 'dismiss' }));
    document.getElementById('more').addEventListener('click', () => send({ type: 'more' }));
    const last = remembered()[0];
    [...list.children].slice(last ? 1 : ONE_TAP_MOST).forEach((item) => item.remove());
    if (last) showLast(last);
    const height = () => Math.ceil(sheet.getBoundingClientRect().height);
    send({ type: 'ready', height: height() });
    new ResizeObserver(() => send({ type: 'size', height: height() })).observe(sheet);
  }

  /** Whoever came last continues with one tap, or with none where the page asks for that. */
  function showLast(last) {
    const given = last.name.split(' ')[0];
    const next = document.getElementById('continue');
    next.hidden = false;
    next.textContent = `Continue as ${given}`;
    next.addEventListener('click', () => pick(last, 'user'));
    if (!asked.has('auto')) return;
    next.disabled = true;
    next.textContent = `Signing in as ${given}…`;
    const more = document.getElementById('more');
    more.textContent = 'Cancel';
    const timer = setTimeout(() => pick(last, 'auto'), 1000);
    more.addEventListener(
      'click',
      (event) => {
        event.stopImmediatePropagation();
        clearTimeout(timer);
        send({ type: 'dismiss' });
      },
      { capture: true, once: true },
    );
  }
})();
