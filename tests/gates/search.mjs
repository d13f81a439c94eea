// What is found in a site's index: node search.mjs CHROMIUM PAGE.html JSON
//
// JSON is [words to search for, selectors to press]. Prints how many dossiers are seen after each, and
// without script; `counted role-0` is the number that the filter of that name shows before it is pressed.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const [executablePath, file, asked] = process.argv.slice(2);
const [words, presses] = JSON.parse(asked);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const seen = { errors: [] };
const bare = await browser.newPage({ javaScriptEnabled: false });
await bare.goto(pathToFileURL(file).href);
seen['without script'] = await bare.locator('#list > li:visible').count();
const page = await browser.newPage({ offline: true });
page.on('pageerror', (error) => seen.errors.push(String(error)));
page.on('console', (line) => line.type() === 'error' && seen.errors.push(line.text()));
await page.goto(pathToFileURL(file).href);
for (const word of words) {
  await page.fill('#search', word);
  seen[word] = await page.locator('#list > li:visible').count();
}
await page.fill('#search', '');
seen['counted role-0'] = Number(await page.locator('label[for=role-0] b').textContent());
for (const selector of presses) {
  await page.click(selector);
  await page.waitForTimeout(50);
  seen[selector] = await page.locator('#list > li:visible').count();
}
seen.told = await page.locator('#told').textContent();
console.log(JSON.stringify(seen));
await browser.close();
