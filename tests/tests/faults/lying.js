// Runs first in every page: the page's timers are in a hurry so that the test is, and what goes wrong
// in the page is noted for as long as the tab lives.
(() => {
  const faults = () => JSON.parse(sessionStorage.getItem('faults'));
  const note = (...words) =>
    sessionStorage.setItem('faults', JSON.stringify([...faults(), `${location.pathname}: ${words.join(' ')}`]));
  const { setTimeout, setInterval } = window;
  const HURRY = 20;
  window.setTimeout = (work, ms = 0, ...rest) => setTimeout(work, ms > 1000 ? ms / HURRY : ms, ...rest);
  window.setInterval = (work, ms = 0, ...rest) => setInterval(work, ms > 1000 ? ms / HURRY : ms, ...rest);
  addEventListener('error', event => note('error:', event.message));
  addEventListener('unhandledrejection', event => note('unhandled:', event.reason));
  const { error } = console;
  console.error = (...words) => { note('console:', ...words); error(...words); };
  if (!sessionStorage.getItem('faults')) sessionStorage.setItem('faults', '[]');
  let was = false;
  setInterval(() => {
    const shown = !!document.body?.innerText.trim();
    if (was && !shown) note('blank');
    was = shown;
  }, 100);
})();
