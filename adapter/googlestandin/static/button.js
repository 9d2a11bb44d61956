// The button, as the page has ordered it.
(() => {
  'use strict';

  const wanted = new URLSearchParams(location.search);
  const button = document.getElementById('button');
  const label = document.getElementById('label');
  const texts = {
    signin_with: 'Sign in with Google',
    signup_with: 'Sign up with Google',
    continue_with: 'Continue with Google',
    signin: 'Sign in',
  };

  const send = (message) => {
    parent.postMessage({ channel: wanted.get('channel'), ...message }, wanted.get('origin'));
  };

  label.textContent = texts[wanted.get('text')] ?? texts.signin_with;
  for (const name of ['type', 'theme', 'size', 'shape', 'logo_alignment']) {
    if (wanted.has(name)) button.dataset[name] = wanted.get(name);
  }
  button.setAttribute('aria-label', `${label.textContent} (stand-in)`);
  if (wanted.has('width') && wanted.get('type') !== 'icon') button.style.width = `${wanted.get('width')}px`;

  button.addEventListener('click', () => send({ type: 'press' }));
  send({ type: 'size', width: Math.ceil(button.getBoundingClientRect().width) + 4 });
  button.style.maxWidth = '100%'; // only now, or it would measure the frame
})();
