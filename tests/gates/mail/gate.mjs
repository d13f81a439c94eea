// How a message does in mail readers: node gate.mjs CHROMIUM MESSAGE.html SHOWN.html
//
// Prints a JSON object: what of the message a reader does not support (caniemail, by feature),
// which features some reader supports in part, what breaks rules of our own; and of the same
// message with its pictures in place, what axe-core says in Chromium at the widths of a desktop
// and a telephone, light and dark.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url); // honours NODE_PATH, which import does not
const { caniemail } = require('caniemail');
const { chromium } = require('playwright-core');
const AXE = require.resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// A message is a part of the reader's page, which has the landmarks.
const NOT_OURS = ['landmark-one-main', 'region'];
const CLIENTS = [
  'gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*', 'thunderbird.macos', 'samsung-email.android',
];
const VIEWS = [[640, 'light'], [640, 'dark'], [390, 'light'], [390, 'dark']];
const LIMIT = 90 * 1024;
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
  '--disable-background-networking', '--disable-component-update',
];

const [executablePath, message, shown] = process.argv.slice(2);
const html = fs.readFileSync(message, 'utf8');
const browser = await chromium.launch({ executablePath, args: FLAGS });
console.log(JSON.stringify({ ...support(), broken: [...rules()], ...(await look()) }));
await browser.close();

function support() {
  const { issues } = caniemail({ clients: CLIENTS, html });
  const unsupported = {};
  for (const [client, list] of issues.errors)
    for (const one of list) (unsupported[one.title] ??= new Set()).add(client);
  const partly = new Set();
  for (const list of issues.warnings.values()) for (const one of list) partly.add(one.title);
  return {
    unsupported: Object.fromEntries(
      Object.entries(unsupported).map(([title, clients]) => [title, [...clients].sort()])),
    partly: [...partly].sort(),
  };
}

// caniemail says nothing about several of these, though its data does.
function* rules() {
  const bytes = Buffer.byteLength(html);
  if (bytes > LIMIT) yield `${bytes} bytes, where Gmail cuts off at about 102 KiB`;
  if (/<svg[\s>]/i.test(html)) yield 'inline svg';
  if (/\b(src|href|background)\s*=\s*["']?\s*data:/i.test(html)) yield 'data: address';
  if (/\bsrc\s*=\s*["']?\s*(https?:)?\/\//i.test(html)) yield 'remote picture';
  if (/<(script|form|video|audio|iframe|link|object|embed|base)\b/i.test(html)) yield 'forbidden element';
  if (/<img\b(?![^>]*\balt="[^"])[^>]*>/i.test(html)) yield 'picture without words';
  if (/var\(--|@import|@font-face|url\(/i.test(html)) yield 'style that has to be fetched or computed';
}

async function look() {
  const result = { violations: [], overflow: [], requests: [], errors: [] };
  for (const [width, scheme] of VIEWS) {
    const context = await browser.newContext({
      viewport: { width, height: 900 }, colorScheme: scheme, offline: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    page.on('request', (one) => {
      if (!/^(file|data|cid):/.test(one.url())) result.requests.push(one.url().slice(0, 200));
    });
    page.on('pageerror', (error) => result.errors.push(String(error)));
    await page.goto(pathToFileURL(shown).href);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) result.overflow.push(`${width}: ${wide} px`);
    await page.addScriptTag({ path: AXE });
    const found = await page.evaluate(
      (tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
    for (const one of found.violations.filter((each) => !NOT_OURS.includes(each.id))) {
      const where = one.nodes.slice(0, 3).map((node) => [node.html.slice(0, 160), node.failureSummary]);
      result.violations.push({ view: `${width} ${scheme}`, rule: one.id, where });
    }
    await context.close();
  }
  return result;
}
