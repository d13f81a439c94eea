// How a page behaves in a browser: node page.mjs CHROMIUM PAGE.html...
//
// Prints one JSON object for each page: violations of axe-core (WCAG 2.2 AA and best practice) in
// three views, widths at which it scrolls sideways, requests that leave the file, console errors.
// The folds of the page are opened first, so that nothing is judged closed. Of hundreds of cards axe-core
// is given the first, which are made as the others are: contrast alone takes it minutes.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url); // honours NODE_PATH, which import does not
const { chromium } = require('playwright-core');
const AXE_SOURCE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const VIEWS = [[1280, 'light'], [1280, 'dark'], [390, 'light']];
const WIDTHS = [390, 480, 600, 720, 768, 832, 900, 1024, 1120, 1280, 1440, 1600];
const FEW_WIDTHS = [390, 720, 1120, 1600];
const MOST_CARDS = 40;
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
  '--disable-background-networking', '--disable-component-update',
];

const [executablePath, ...files] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs: ['--hide-scrollbars'] });
for (const file of files) console.log(JSON.stringify(await judge(file)));
await browser.close();

async function judge(file) {
  const result = { file, violations: [], overflow: [], requests: [], errors: [] };
  for (const [width, scheme] of VIEWS) {
    const context = await browser.newContext({
      viewport: { width, height: 900 }, colorScheme: scheme, offline: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    page.on('request', (one) => {
      if (!one.url().startsWith('file:')) result.requests.push(one.url().slice(0, 200));
    });
    page.on('pageerror', (error) => result.errors.push(String(error)));
    page.on('console', (line) => line.type() === 'error' && result.errors.push(line.text()));
    await page.goto(pathToFileURL(file).href);
    if (width === 1280 && scheme === 'light') await measure(page, result.overflow);
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate((most) => [...document.querySelectorAll('.repo')].slice(most).forEach(
      (card) => card.remove()), MOST_CARDS);
    await unfold(page);
    await page.evaluate(AXE_SOURCE); // a script tag would be refused by a page with a policy
    const found = await page.evaluate(
      (tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
    for (const one of found.violations) {
      const where = one.nodes.slice(0, 3).map((node) => [node.html.slice(0, 160), node.failureSummary]);
      result.violations.push({ view: `${width} ${scheme}`, rule: one.id, nodes: one.nodes.length, where });
    }
    await context.close();
  }
  return result;
}

async function unfold(page) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
}

async function measure(page, overflow) {
  for (const folds of ['as it is', 'unfolded']) {
    if (folds === 'unfolded') await unfold(page);
    const many = await page.evaluate((most) => document.querySelectorAll('.repo').length > most, MOST_CARDS);
    for (const width of many ? FEW_WIDTHS : WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= room) return '';
        const over = [...document.querySelectorAll('body *')].filter(
          (one) => one.getBoundingClientRect().right > room + 1 && !one.closest('.scroll'));
        return over.slice(-3).map((one) => one.outerHTML.slice(0, 120)).join(' | ') || 'unknown';
      });
      if (wide) overflow.push(`${width}, ${folds}: ${wide}`);
    }
  }
}
