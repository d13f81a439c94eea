(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const panel = byId('narrow');
  if (!panel) return;
  const { areas, rules, skills, rows: known } = JSON.parse(byId('data').textContent);
  // A number of the base 16 whose bits are places in a list.
  const pick = (bits, list) => list.filter((_, at) => {
    const digit = bits.length - 1 - (at >> 2);
    return digit >= 0 && (parseInt(bits[digit], 16) >> (at & 3) & 1) === 1;
  });
  const fold = (text) => text.normalize('NFKC').toLowerCase();
  const rows = [...byId('list').children].map((element, at) => {
    const [role, shown, untold, bits, repositories, found, techniques] = known[at];
    return {
      element, role, shown, untold, bits, why: null, seen: fold(element.textContent),
      more: [
        ['Repository', repositories ? repositories.split('\n') : []],
        ['Found', pick(found, rules)],
        ['Technique', pick(techniques, skills)],
      ].map(([label, texts]) => ({ label, texts, folded: texts.map(fold) })),
    };
  });
  const inputs = [...panel.querySelectorAll('.filters input')];
  const count = new Intl.NumberFormat('en');
  const tests = {
    role: (row, input) => input.value === '' || row.role === Number(input.value),
    area: (row, input) => ((row.shown | row.untold) >> Number(input.value) & 1) === 1,
    bit: (row, input) => (row.bits & Number(input.value)) !== 0,
    ask: (row, input) => input.value === '' || (row.bits >> 2 & 1) === Number(input.value),
  };
  const fits = (row, word) => row.seen.includes(word)
    || row.more.some((part) => part.folded.some((text) => text.includes(word)));
  const tally = inputs.map((input) => input.labels[0].querySelector('b'));

  function apply() {
    const words = fold(byId('search').value).split(/\s+/).filter(Boolean);
    const chosen = inputs.filter((input) => input.checked && input.value !== '');
    const numbers = inputs.map(() => 0);
    let left = 0;
    for (const row of rows) {
      const found = words.every((word) => fits(row, word));
      const missed = found ? chosen.filter((input) => !tests[input.name](row, input)) : chosen;
      const stays = found && missed.length === 0;
      left += stays;
      row.element.hidden = !stays;
      if (found) inputs.forEach((input, at) => {
        // Of one group with buttons that exclude each other, only the one pressed counts.
        const other = input.type === 'radio' ? missed.every((one) => one.name === input.name) : missed.every((one) => one === input);
        if (tally[at] && other && tests[input.name](row, input)) numbers[at] += 1;
      });
      explain(row, stays ? words : []);
    }
    tally.forEach((place, at) => { if (place) place.textContent = count.format(numbers[at]); });
    const narrowed = words.length > 0 || chosen.length > 0;
    byId('list').hidden = left === 0;
    byId('told').textContent = told(left, narrowed, chosen);
    byId('reset').hidden = !narrowed;
  }

  function told(left, narrowed, chosen) {
    const all = `${count.format(rows.length)} ${rows.length === 1 ? 'dossier' : 'dossiers'}`;
    if (!narrowed) return all;
    const bits = chosen.filter((input) => input.name === 'area');
    const open = bits.length === 0 ? 0 : rows.filter((row) => !row.element.hidden
      && bits.some((input) => (row.shown >> Number(input.value) & 1) === 0)).length;
    const names = bits.map((input) => areas[Number(input.value)]).join(', ');
    const doubt = open ? `. In ${count.format(open)} of them it could not be told whether the code shows ${names}` : '';
    return left ? `${count.format(left)} of ${all}${doubt}` : `None of ${all} fits`;
  }

  function explain(row, words) {
    const parts = words.filter((word) => !row.seen.includes(word)).flatMap((word) => row.more.flatMap(
      ({ label, texts, folded }) => texts.filter((_, at) => folded[at].includes(word)).slice(0, 3).map((text) => `${label}: ${text}`)));
    if (parts.length === 0) {
      if (row.why) row.why.remove();
      row.why = null;
      return;
    }
    if (!row.why) {
      row.why = document.createElement('p');
      row.why.className = 'why';
      row.element.append(row.why);
    }
    row.why.textContent = [...new Set(parts)].slice(0, 6).join(' · ');
  }

  panel.addEventListener('input', apply);
  byId('reset').addEventListener('click', () => {
    for (const input of inputs) input.checked = input.defaultChecked;
    byId('search').value = '';
    byId('search').focus();
    apply();
  });
  addEventListener('pageshow', apply);
  if (matchMedia('(max-width: 52rem)').matches) byId('filters').open = false;
  panel.hidden = false;
  apply();
})();
