/**
 * Writes fixtures/company: a company of 200 people on Exchange, as ldifde and Exchange's cmdlets write it. The same each time.
 *   node scripts/company.ts
 */
import { writeFileSync } from 'node:fs'
import { directory } from './company/directory.ts'
import { tables } from './company/exports.ts'
import { calendars } from './company/series.ts'

const folder = new URL('../fixtures/company/', import.meta.url)
const files = { 'directory.ldf': directory, ...tables, 'series.ics': calendars.join('') }
for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, folder), text)
