// Before the first paint, so that a dark room stays dark. The dashboard takes over from here.
(() => {
  let saved = null;
  try {
    saved = localStorage.getItem('caracal.theme');
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  const dark = saved === null ? !matchMedia('(prefers-color-scheme: light)').matches : saved === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
