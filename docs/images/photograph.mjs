// Photographs pages: node photograph.mjs CHROMIUM JOBS.json
//
// A job is {page, out, width, height, dark, unfold, from}: the file and the picture, the size of the
// window, whether it is dark, what is unfolded first, and the element that the picture begins at.
// A job with `pdf` prints the page to that file instead.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const [executablePath, list] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
for (const job of JSON.parse(fs.readFileSync(list, 'utf8'))) {
  const { width, height, scale = 1 } = job;
  const page = await browser.newPage({
    viewport: { width, height }, deviceScaleFactor: scale, colorScheme: job.dark ? 'dark' : 'light', offline: true,
  });
  await page.goto(pathToFileURL(job.page).href);
  if (job.pdf) await page.pdf({ path: job.pdf, format: 'A4', printBackground: true, preferCSSPageSize: true });
  else {
    if (job.unfold) await page.evaluate((what) => { document.querySelector(what).open = true; }, job.unfold);
    const y = job.from ? await page.evaluate((what) => document.querySelector(what).getBoundingClientRect().top, job.from) : 0;
    if (job.from) await page.addStyleTag({ content: '.contents { position: static !important; }' });
    await page.screenshot({ path: job.out, fullPage: true, clip: { x: 0, y: Math.max(0, y - 24), width, height } });
  }
  await page.close();
}
await browser.close();
