// Runs in the page: what letters of twice the size push out of sight or out of reach.
const [width] = arguments;
const found = [];
const root = document.documentElement;
if (root.scrollWidth > width) found.push(`the page is ${root.scrollWidth} wide`);
const named = element => {
  const words = (element.innerText || element.getAttribute('aria-label') || '').trim().slice(0, 40);
  return `${element.tagName.toLowerCase()}.${element.className.baseVal ?? element.className} "${words}"`;
};
const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
// For screen readers alone, or in a part that is scrolled by itself.
const hidden = element => element.closest('.visually-hidden, .skip, .topbar__who, .choice__input');
const scrolled = element => {
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
  }
  return false;
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode, element = text.parentElement;
  if (!text.data.trim() || !shown(element) || hidden(element) || element.closest('option, svg')) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  for (const box of range.getClientRects()) {
    if (scrolled(element)) break;
    if (box.left < -1 || box.right > width + 1) found.push(`beyond the edge: ${named(element)}`);
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const frame = at.getBoundingClientRect();
      const out = box.right > frame.right + 1 || box.left < frame.left - 1
        || box.bottom > frame.bottom + 2 || box.top < frame.top - 2;
      if (out) found.push(`cut off: ${named(element)} by ${named(at)}`);
    }
  }
}
for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
  if (element.disabled || !shown(element) || element.closest('.skip')) continue;
  const target = element.closest('label') ?? element;
  target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = target.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 40));
  if (!(top && (target.contains(top) || top.contains(target)))) {
    found.push(`out of reach: ${named(element)} under ${top ? named(top) : 'nothing'}`);
  }
}
scrollTo(0, 0);
return [...new Set(found)];
