// Runs in the page. Puts it into a language as the person does and asks axe: for all it knows, or for
// colours and lengths alone. Answers one line for each thing found.
const [language, still, whole, done] = arguments;
const COLOURS_AND_LENGTHS = ['color-contrast', 'color-contrast-enhanced', 'link-in-text-block', 'target-size'];
const painted = () => new Promise(ready => requestAnimationFrame(() => requestAnimationFrame(ready)));
const speak = async wanted => {
  if (document.documentElement.lang === wanted) return;
  const buttons = document.querySelectorAll('.topbar__end > button');
  if (!buttons.length) return;
  buttons[buttons.length - 1].click();
  await painted();
  if (document.documentElement.lang !== wanted) throw new Error(`the page does not speak ${wanted}`);
};
const milliseconds = list => Math.max(...list.split(',').map(time =>
  parseFloat(time) * (time.trim().endsWith('ms') ? 1 : 1000)));
const moving = () => {
  const found = new Set();
  for (const element of document.querySelectorAll('*')) {
    for (const part of [null, '::before', '::after']) {
      const style = getComputedStyle(element, part);
      const named = style.animationName !== 'none' && milliseconds(style.animationDuration) > 10;
      if (named || milliseconds(style.transitionDuration) > 10) {
        found.add(`moves: ${element.tagName.toLowerCase()}.${element.classList[0] ?? ''}${part ?? ''}`);
      }
    }
  }
  return [...found];
};
(async () => {
  await speak(language);
  // Colours go over into each other when the theme changes.
  const ends = document.getAnimations().filter(one => one.effect.getTiming().iterations < 9);
  await Promise.all(ends.map(one => one.finished.catch(() => {})));
  // What is half under a bar can be scrolled out from under it.
  scrollTo(0, 0);
  await painted();
  const result = await axe.run(document, {
    resultTypes: ['violations'],
    ...(whole ? {} : { runOnly: COLOURS_AND_LENGTHS }),
    rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
  });
  const found = result.violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.split('\n').slice(1).join('; ')}`));
  if (still) found.push(...moving());
  done(found);
})().catch(fault => done([`not looked at: ${fault}`]));
