// What a page does without script: node press.mjs CHROMIUM PAGE.html KEY...
//
// Presses the filters KEY one after another and prints how many cards are seen after each; a KEY that
// begins with # is gone to as a link would, and counts the unfolded cards. No script runs in the page.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const [executablePath, file, ...keys] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ javaScriptEnabled: false });
await page.goto(pathToFileURL(file).href);
const seen = { all: await count('.repo') };
for (const key of keys) {
  if (key.startsWith('#')) {
    await page.goto(pathToFileURL(file).href + key);
    seen[key] = await page.locator('.repo[open]').count();
  } else {
    await page.locator(`label[for="${key}"]`).click();
    seen[key] = await count('.repo');
  }
}
seen.nothing = await page.locator('.nothing').isVisible();
console.log(JSON.stringify(seen));
await browser.close();

async function count(selector) {
  return page.locator(`${selector}:visible`).count();
}
