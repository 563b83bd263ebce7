import { stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { isThere } from './is-there.ts'
import { ReportFiles } from './report-files.ts'

/** Windows PowerShell takes a script without this mark for the code page of the machine. */
const MARK = '\ufeff'

export const isRefusal = (error: unknown): error is Refusal => error instanceof Refusal

/** `move.ps1` as it is called for one batch of several: `move-3.ps1`. */
export const fileOfBatch = (file: string, batch: number | string): string => {
  const { dir, name, ext } = parse(file)
  return join(dir, `${name}-${batch}${ext}`)
}

/** The files of a script that closes mailboxes, named `freeze.ps1`. */
export const freezeFiles = (script: string) => ({
  script,
  rollback: `${script.replace(/\.ps1$/i, '')}-undo.ps1`,
})

/** The files of a script that is named `move.ps1`. */
export const scriptFiles = (script: string) => {
  const base = script.replace(/\.ps1$/i, '')
  return { script, rollback: `${base}-rollback.ps1`, before: `${base}-before.json` }
}

/**
 * Refuses `name-taken` where a script of that name was written before: what it says of the objects as they were may be all that
 * is left of them by now, and its way back is that of what was run.
 */
export async function requireNewScript(
  script: string,
  files: Readonly<Record<string, string>> = scriptFiles(script),
): Promise<void> {
  if (script === '-')
    throw new Refusal(
      'invalid-parameter',
      `The script is one of ${Object.keys(files).length === 2 ? 'two' : 'three'} files that belong together, so it is not shown. Name a file.`,
    )
  if (await isFolder(script))
    throw new Refusal('invalid-parameter', `${script} is a folder. Name a file in it.`)
  for (const file of Object.values(files).reverse())
    if (await isThere(file))
      throw new Refusal(
        'name-taken',
        `${file} is there already, and has what a script before wrote: it is never overwritten. Name another file, or move it away.`,
      )
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

type Call = (operation: string, input: JsonObject) => Promise<JsonObject>
type Wanted = { project: string; batch: number; script: string }

/**
 * Writes what to run in the Exchange Management Shell for a batch, what undoes it, and the objects as they were before; a page
 * at a time. Refuses `name-taken` where files of those names are there.
 */
export function writeCutOverScript(call: Call, { project, batch, script }: Wanted): Promise<Written> {
  return writeScript(call, 'ListMigrationScriptSteps', {
    ...{ project, batch, names: scriptFiles(script) },
  })
}

/**
 * The same of what closes the mailboxes of a batch before it moves; nothing is written where Exchange has none of them. `elsewhere`:
 * mailboxes that come from other systems.
 */
export function writeFreezeScript(call: Call, { project, batch, script }: Wanted): Promise<Written> {
  return writeScript(call, 'ListMigrationFreezeSteps', {
    ...{ project, batch, names: freezeFiles(script) },
  })
}

type Written = { steps: number; elsewhere: readonly string[]; hasMoved: boolean }

async function writeScript(
  call: Call,
  operation: 'ListMigrationScriptSteps' | 'ListMigrationFreezeSteps',
  of: { project: string; batch: number; names: { script: string; rollback: string; before?: string } },
): Promise<Written> {
  const { project, batch, names } = of
  await requireNewScript(names.script, names)
  const files = new ReportFiles()
  const elsewhere: string[] = []
  let count = 0
  let hasMoved = true
  try {
    const [forward, rollback, before] = [
      await files.open(names.script, { once: true }),
      await files.open(names.rollback, { once: true }),
      await files.open(names.before, { once: true }),
    ]
    let [end, comma] = ['', '']
    await before.write('[')
    for (let next: string | undefined; ; ) {
      const page = await call(operation, {
        ProjectId: project,
        BatchNumber: batch,
        ...(next !== undefined && { NextToken: next }),
      })
      if (next === undefined) {
        end = String(page.ScriptEnd)
        hasMoved = page.NotMoved !== true
        await forward.write(MARK + String(page.ScriptHead))
        await rollback.write(MARK + String(page.RollbackHead))
      }
      for (const { Name, Script, Rollback, Before } of page.Steps as readonly JsonObject[]) {
        count++
        await forward.write(String(Script))
        await rollback.write(String(Rollback))
        await before.write(`${comma}\n${JSON.stringify({ name: Name!, object: Before ?? null })}`)
        comma = ','
      }
      elsewhere.push(...((page.Elsewhere as readonly string[] | undefined) ?? []))
      if (typeof page.NextToken !== 'string') break
      next = page.NextToken
    }
    await forward.write(end)
    await rollback.write(end)
    await before.write('\n]\n')
    for (const file of [forward, rollback, before]) await file.end()
    // A script that closes nothing would look as if it did.
    if (count > 0 || operation === 'ListMigrationScriptSteps') await files.keep()
    return { steps: count, elsewhere, hasMoved }
  } finally {
    await files.drop()
  }
}
