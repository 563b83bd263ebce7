import { type BodyExtent, extentBytes, HEADER_BYTES, headerOf, isExtent } from '../bodies/bodies.ts'
import type { Segments } from '../bodies/segments.ts'
import { type CheckRun, PAGE, paged } from './check-run.ts'
import { fromBackup, tellUs } from './findings.ts'

/**
 * Every body in the segment file after `after` lies inside it, beside the others, behind its own header; and the sums
 * agree. Gives its number, or undefined when there are no more.
 */
export async function checkNextSegment(
  run: CheckRun,
  segments: Segments,
  after: number,
): Promise<number | undefined> {
  const segment = await nextSegment(run, after)
  if (segment !== undefined) await checkSegment(run, segments, segment)
  return segment
}

/** The next number that a segment row or a body row names. */
async function nextSegment({ sql }: CheckRun, after: number): Promise<number | undefined> {
  const listed = await sql.get<{ no: number }>(
    'SELECT no FROM segment WHERE no > ? ORDER BY no LIMIT 1',
    after,
  )
  const named = await sql.get<{ no: number }>(
    'SELECT segment AS no FROM body WHERE segment IS NOT NULL AND segment > ? ORDER BY segment LIMIT 1',
    after,
  )
  // One that is no number is told where bodies are looked at.
  const numbers = [listed, named].flatMap((row) => (typeof row?.no === 'number' ? row.no : []))
  return numbers.length === 0 ? undefined : Math.min(...numbers)
}

async function checkSegment(run: CheckRun, segments: Segments, segment: number): Promise<void> {
  const { sql, findings } = run
  const where = `segment file ${segment}`
  const size = await segments.sizeOf(segment).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  let end = 0
  let live = 0
  const extents = paged<BodyExtent>((last) =>
    sql.all(
      `SELECT mailbox, no, size_bytes, segment, place FROM body WHERE segment = ? AND place > ?
      ORDER BY place LIMIT ${PAGE}`,
      segment,
      last?.place ?? -1,
    ),
  )
  for await (const extent of extents) {
    const body = `body ${extent.no} of mailbox number ${extent.mailbox}`
    if (!isExtent(extent)) {
      findings.add(where, `${body} lies at a place that there cannot be.`, fromBackup)
      continue
    }
    const bytes = extentBytes(extent.size_bytes)
    live += bytes
    if (extent.place < end) findings.add(where, `${body} overlaps the body before it.`, fromBackup)
    end = Math.max(end, extent.place + bytes)
    if (size === undefined) {
      findings.add(where, `The file is missing, and ${body} lies in it.`, fromBackup)
    } else if (extent.place + bytes > size) {
      findings.add(where, `${body} ends behind the end of the file.`, fromBackup)
    } else {
      const header = await segments.read(extent, 0, HEADER_BYTES)
      if (!header.equals(headerOf(extent.mailbox, extent.no)))
        findings.add(where, `At octet ${extent.place} there is no header of ${body}.`, fromBackup)
    }
  }
  const row = await sql.get<{ live_bytes: number }>('SELECT live_bytes FROM segment WHERE no = ?', segment)
  if (row?.live_bytes !== live) {
    const said = row ? `${row.live_bytes} octets are` : 'no octet is'
    findings.add(where, `${said} counted as in use, and bodies take ${live}.`, tellUs)
  }
}
