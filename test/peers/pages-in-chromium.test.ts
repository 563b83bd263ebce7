/** The pages of a plan and of a migration in a browser: nothing is cut off at any width, and whoever cannot see them is told all. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeMigrationReport } from '#src/app/migration-report.ts'
import { command, peer } from '#test/support/peers.ts'
import { reportedMigration } from '#test/support/reported-migration.ts'

const chromium = peer('chromium', command('chromium'), 'apt-get install chromium')

/** A small phone, a phone, a screen. */
const WIDTHS = [320, 390, 1_280]

type Seen = {
  width: number
  /** How much of the page sticks out at the side when nothing of it is folded, in pixels. */
  sticksOut: number
  /** Tables that are wider than their place, by name. */
  wide: string[]
  headings: string[]
  tables: number
  pictures: number
  /** Rows with another number of cells than their table has headings. */
  crooked: string[]
  /** Tables and pictures that have no name. */
  nameless: string[]
}

/** Runs in the browser. */
const look = `async (page, width) => {
  const frame = document.createElement('iframe')
  frame.style.cssText = 'border:0;height:900px;width:' + width + 'px'
  const loaded = new Promise((resolve) => { frame.onload = resolve })
  frame.srcdoc = page
  document.body.append(frame)
  await loaded
  const seen = frame.contentDocument
  for (const each of seen.querySelectorAll('details')) each.open = true
  const all = (selector) => [...seen.querySelectorAll(selector)]
  const cells = (row) => [...row.children].reduce((sum, { colSpan }) => sum + colSpan, 0)
  return {
    width,
    sticksOut: seen.documentElement.scrollWidth - seen.documentElement.clientWidth,
    wide: all('.scroll[aria-label]').filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map((each) => each.getAttribute('aria-label')),
    headings: all('h1, h2, h3').map(({ tagName }) => tagName),
    tables: all('table').length,
    pictures: all('svg').length,
    crooked: all('table').flatMap((table) => [...table.rows]
      .filter((row) => cells(row) !== table.tHead.querySelectorAll('th[scope=col]').length)
      .map(({ textContent }) => textContent)),
    nameless: [
      ...all('table').filter((each) => !each.closest('[role=group][aria-label]')),
      ...all('svg').filter((each) => each.getAttribute('role') !== 'img' || !each.getAttribute('aria-label')),
      ...all('th').filter(({ textContent }) => textContent === ''),
    ].map(({ outerHTML }) => outerHTML.slice(0, 200)),
  }
}`

function seenInChromium(folder: string, page: string): Seen[] {
  const harness = join(folder, 'harness.html')
  // As JSON in a script, in which no tag may end that script.
  const text = JSON.stringify(page).replaceAll('<', '\\u003c')
  writeFileSync(
    harness,
    `<!doctype html><meta charset="utf-8"><body><script type="module">
const look = ${look}
const seen = []
for (const width of ${JSON.stringify(WIDTHS)}) seen.push(await look(${text}, width))
const told = document.createElement('pre')
told.id = 'told'
told.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(seen))))
document.body.replaceChildren(told)
</script>`,
  )
  const run = spawnSync(
    chromium.found,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...[`--user-data-dir=${join(folder, 'profile')}`, '--virtual-time-budget=60000', '--timeout=60000'],
      ...['--dump-dom', `file://${harness}`],
    ],
    { encoding: 'utf8', timeout: 120_000, maxBuffer: 64 * 1024 ** 2 },
  )
  const told = /<pre id="told">([A-Za-z0-9+/=]+)<\/pre>/.exec(run.stdout ?? '')?.[1]
  assert.ok(told !== undefined, `Chromium told nothing (${run.status}): ${run.stderr}`)
  return JSON.parse(Buffer.from(told, 'base64').toString('utf8')) as Seen[]
}

function judge(seen: Seen[], { tables, pictures }: { tables: number; pictures: number }): void {
  assert.deepEqual(
    seen.map(({ width }) => width),
    WIDTHS,
  )
  for (const { width, sticksOut, headings, crooked, nameless, wide, ...counts } of seen) {
    // A name without any blank breaks where it has to.
    if (width === WIDTHS.at(-1)) assert.deepEqual(wide, [])
    assert.equal(sticksOut, 0, `at ${width} pixels`)
    assert.equal(headings[0], 'H1')
    assert.deepEqual(new Set(headings.slice(1)), new Set(['H2']))
    assert.deepEqual([crooked, nameless], [[], []])
    assert.ok(counts.tables >= tables && counts.pictures === pictures, JSON.stringify(counts))
  }
}

function freshFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-chromium-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

test('the report of a migration can be read on a phone and by who cannot see it', {
  skip: chromium.skip,
  timeout: 300_000,
}, async (t) => {
  const folder = freshFolder(t)
  const html = join(folder, 'report.html')
  await writeMigrationReport(reportedMigration(600, new Set([3, 270])), {
    ...{ project: 'p', organization: 'corp', now: Date.UTC(2027, 3), html },
  })
  judge(seenInChromium(folder, readFileSync(html, 'utf8')), { tables: 10, pictures: 1 })
})

test('the page of a plan can be read on a phone and by who cannot see it', {
  skip: chromium.skip,
  timeout: 300_000,
}, (t) => {
  const folder = freshFolder(t)
  const count = 60
  const mailboxes = Array.from({ length: count }, (_, no) => [
    `user${no}.with-a-name-of-some-length@corp.example`,
    no === 3 ? 'X'.repeat(160) : `Ömer van den Broek-Hollingsworth ${no}`,
    `u${no}`,
  ]).map(([address, name, alias]) => `${address},${name},${alias},${alias},UserMailbox,Payroll and Pensions`)
  const rights = Array.from(
    { length: 3 * count },
    (_, no) => `u${no % count},CORP\\u${(no * 7 + 1) % count},FullAccess,False,False`,
  )
  const files = { mailboxes: join(folder, 'mailboxes.csv'), rights: join(folder, 'rights.csv') }
  writeFileSync(
    files.mailboxes,
    `PrimarySmtpAddress,DisplayName,Alias,SamAccountName,RecipientTypeDetails,Department\r\n${mailboxes.join('\r\n')}\r\n`,
  )
  writeFileSync(files.rights, `Identity,User,AccessRights,IsInherited,Deny\r\n${rights.join('\r\n')}\r\n`)
  const out = join(folder, 'plan')
  const run = spawnSync(
    process.execPath,
    [
      ...[join(import.meta.dirname, '../../src/main.ts'), 'migrate', 'plan', '--mailboxes', files.mailboxes],
      ...['--permissions', files.rights, '--cap', '8', '--from', '2099-01-05', '--out', out],
    ],
    { encoding: 'utf8', timeout: 60_000 },
  )
  assert.equal(run.status, 0, run.stderr)
  const page = readFileSync(join(out, 'plan.html'), 'utf8')
  judge(seenInChromium(folder, page), { tables: 10, pictures: 2 })
})
