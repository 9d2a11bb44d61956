// google.accounts.id of the Google stand-in, after the reference of Google Identity Services:
// https://developers.google.com/identity/gsi/web/reference/js-reference
(() => {
  'use strict';

  if (window.google?.accounts?.id) return; // loaded twice: the first keeps what it was told

  const script = document.currentScript ?? document.querySelector('script[src*="/dev/google/gsi/client"]');
  const base = new URL('.', script.src);
  const AUTO_SELECT_OFF = 'google-standin.auto-select-off';
  const HEIGHTS = { large: 40, medium: 32, small: 20 };

  let config; // what initialize was given
  let card; // the One Tap card on show
  const channels = new Map(); // id → who hears what a frame or popup of ours says

  const say = (text) => console.warn(`[Google stand-in] ${text}`);

  const randomHex = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

  window.addEventListener('message', (event) => {
    if (event.origin === base.origin) channels.get(event.data?.channel)?.(event.data);
  });

  /** The page's colour scheme, which a frame from another origin can't see. */
  function scheme() {
    const said = getComputedStyle(document.documentElement).colorScheme;
    if (said === 'dark' || said === 'light') return said;
    const both = said.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches;
    return both ? 'dark' : 'light';
  }

  /** Opens a channel and gives the address of a page that speaks through it. */
  function address(name, parameters, hear) {
    const channel = randomHex();
    channels.set(channel, hear);
    const url = new URL(name, base);
    const all = {
      channel,
      origin: location.origin,
      client_id: config.client_id,
      nonce: config.nonce,
      context: config.context,
      scheme: scheme(),
      ...parameters,
    };
    for (const [key, value] of Object.entries(all)) {
      if (value !== undefined && value !== null) url.searchParams.set(key, value);
    }
    return { url: url.href, close: () => channels.delete(channel) };
  }

  function newFrame(url, title) {
    const frame = document.createElement('iframe');
    frame.src = url;
    frame.title = title;
    Object.assign(frame.style, { border: '0', display: 'block', colorScheme: scheme() });
    return frame;
  }

  /** Hands the credential to the page, or to its server where there is no callback. */
  function deliver({ credential, select_by }, state) {
    localStorage.removeItem(AUTO_SELECT_OFF);
    const response = { clientId: config.client_id, client_id: config.client_id, credential, select_by };
    if (state !== undefined) response.state = state;
    if (typeof config.callback === 'function') config.callback(response);
    else if (config.login_uri) post(response);
    else say('There is neither a callback nor a login_uri for the credential.');
  }

  /** The double-submit cookie that the server compares with the form's field. */
  function csrfToken() {
    const token = randomHex();
    document.cookie = `g_csrf_token=${token};path=/`;
    return token;
  }

  function loginURI() {
    return new URL(config.login_uri ?? location.pathname, location.href).href;
  }

  function post({ credential, select_by }) {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = loginURI();
    for (const [name, value] of Object.entries({ credential, g_csrf_token: csrfToken(), select_by })) {
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  }

  /** Shows the account chooser: another page in redirect mode, else a popup, else a dialog. */
  function choose(state) {
    closeCard('flow_restarted');
    if (config.ux_mode === 'redirect') {
      const parameters = { mode: 'redirect', login_uri: loginURI(), g_csrf_token: csrfToken(), state };
      location.assign(address('select', parameters, () => {}).url);
      return;
    }
    let dialog;
    const page = address('select', { mode: 'popup' }, (message) => {
      if (message.type === 'credential') {
        page.close();
        dialog?.close();
        deliver(message, state);
      } else if (message.type === 'dismiss') {
        dialog?.close();
      }
    });
    const left = screenX + Math.max(0, (outerWidth - 480) / 2);
    const top = screenY + Math.max(0, (outerHeight - 640) / 2);
    const popup = window.open(page.url, 'google_standin', `popup,width=480,height=640,left=${left},top=${top}`);
    if (popup) popup.focus();
    else dialog = showDialog(page.url);
  }

  /** The chooser within the page, for browsers that let no popup open. */
  function showDialog(url) {
    const dialog = document.createElement('dialog');
    Object.assign(dialog.style, { padding: '0', border: '0', borderRadius: '16px', overflow: 'hidden' });
    const frame = newFrame(url, 'Sign in with Google Dialog');
    Object.assign(frame.style, { width: 'min(480px, 92vw)', height: 'min(640px, 86vh)' });
    dialog.append(frame);
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  }

  function initialize(options) {
    if (!options?.client_id) say('initialize() has no client_id.');
    config = { ...options };
  }

  function renderButton(parent, options = {}, onPress) {
    if (!config) return say('initialize() comes before renderButton().');
    if (!parent) return say('renderButton() has no element to put the button into.');
    const { type, theme, size, text, shape, logo_alignment, locale, state } = options;
    const height = HEIGHTS[size] ?? HEIGHTS.large;
    const width = Math.min(Math.max(parseInt(options.width, 10) || 0, 0), 400) || undefined;
    const parameters = { type, theme, size, text, shape, logo_alignment, locale, width, scheme: 'light' };
    const page = address('button', parameters, (message) => {
      if (message.type === 'size') frame.style.width = `${message.width}px`;
      if (message.type === 'press') {
        options.click_listener?.();
        onPress?.();
        choose(state);
      }
    });
    const frame = newFrame(page.url, 'Sign in with Google Button');
    Object.assign(frame.style, {
      height: `${height + 4}px`,
      width: `${type === 'icon' ? height + 4 : (width ?? 240) + 4}px`,
      margin: '-2px',
      maxWidth: 'calc(100% + 4px)',
      colorScheme: 'light',
    });
    parent.replaceChildren(frame);
  }

  function prompt(listener) {
    if (!config) return say('initialize() comes before prompt().');
    if (card) return undefined;
    const notify = (kind, reason) => listener?.(moment(kind, reason));
    const auto = config.auto_select && localStorage.getItem(AUTO_SELECT_OFF) === null;
    const page = address('onetap', { mode: 'onetap', auto: auto ? 1 : undefined }, (message) => {
      switch (message.type) {
        case 'ready':
          frame.style.height = `${message.height}px`;
          notify('display');
          break;
        case 'size':
          frame.style.height = `${message.height}px`;
          break;
        case 'credential':
          closeCard('credential_returned');
          deliver(message);
          break;
        case 'more':
          choose();
          break;
        case 'dismiss':
          closeCard('user_cancel');
      }
    });
    const frame = newFrame(page.url, 'Sign in with Google Dialog');
    const box = document.createElement('div');
    box.id = 'credential_picker_container';
    card = { box, page, notify, tapOutside: () => closeCard('tap_outside') };
    placeCard(box, frame);
    box.append(frame);
    if (config.cancel_on_tap_outside !== false && config.cancel_on_tap_outside !== 'false') {
      document.addEventListener('pointerdown', card.tapOutside);
    }
    return undefined;
  }

  function placeCard(box, frame) {
    Object.assign(frame.style, { width: '100%', height: '0' });
    const parent = config.prompt_parent_id && document.getElementById(config.prompt_parent_id);
    const narrow = innerWidth < 480;
    Object.assign(box.style, {
      overflow: 'hidden',
      boxShadow: '0 1px 3px rgb(0 0 0 / .3), 0 8px 24px rgb(0 0 0 / .18)',
      borderRadius: parent || !narrow ? '14px' : '14px 14px 0 0',
      width: parent || narrow ? '100%' : '380px',
    });
    if (!parent) {
      const place = narrow ? { bottom: '0', left: '0' } : { top: '20px', right: '20px' };
      Object.assign(box.style, { position: 'fixed', zIndex: '9999' }, place);
    }
    (parent || document.body).append(box);
  }

  /** Takes the card away; to the page a dismissal by the program and one by the user differ. */
  function closeCard(reason) {
    if (!card) return;
    const { box, page, notify, tapOutside } = card;
    card = undefined;
    document.removeEventListener('pointerdown', tapOutside);
    box.remove();
    page.close();
    notify(reason === 'user_cancel' || reason === 'tap_outside' ? 'skipped' : 'dismissed', reason);
  }

  /** PromptMomentNotification of the reference. */
  function moment(kind, reason) {
    return {
      getMomentType: () => kind,
      isDisplayMoment: () => kind === 'display',
      isDisplayed: () => kind === 'display',
      isNotDisplayed: () => false,
      getNotDisplayedReason: () => undefined,
      isSkippedMoment: () => kind === 'skipped',
      getSkippedReason: () => (kind === 'skipped' ? reason : undefined),
      isDismissedMoment: () => kind === 'dismissed',
      getDismissedReason: () => (kind === 'dismissed' ? reason : undefined),
    };
  }

  function disableAutoSelect() {
    localStorage.setItem(AUTO_SELECT_OFF, '1');
  }

  function revoke(hint, done) {
    disableAutoSelect();
    done?.({ successful: true });
  }

  window.google = {
    ...window.google,
    accounts: {
      ...window.google?.accounts,
      id: {
        initialize,
        renderButton,
        prompt,
        cancel: () => closeCard('cancel_called'),
        disableAutoSelect,
        revoke,
        storeCredential: (credential, done) => done?.(),
      },
    },
  };

  /** The HTML form of the reference: g_id_onload and g_id_signin. */
  function readPage() {
    const yes = (value) => value === 'true';
    const loader = document.getElementById('g_id_onload');
    if (loader) {
      const data = loader.dataset;
      initialize({
        client_id: data.client_id,
        login_uri: data.login_uri,
        nonce: data.nonce,
        context: data.context,
        ux_mode: data.ux_mode,
        prompt_parent_id: data.prompt_parent_id,
        auto_select: yes(data.auto_select),
        cancel_on_tap_outside: data.cancel_on_tap_outside,
        callback: data.callback && ((response) => window[data.callback](response)),
      });
      if (data.auto_prompt !== 'false') prompt();
    }
    if (config) {
      for (const place of document.querySelectorAll('.g_id_signin')) renderButton(place, { ...place.dataset });
    }
    window.onGoogleLibraryLoad?.();
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', readPage);
  else queueMicrotask(readPage);
})();
