import { Refusal } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { isThere } from './is-there.ts'
import { ReportFiles } from './report-files.ts'

/** Windows PowerShell takes a script without this mark for the code page of the machine. */
const MARK = '\ufeff'

/** The files of a script that is named `move.ps1`. */
export const scriptFiles = (script: string) => {
  const base = script.replace(/\.ps1$/i, '')
  return { script, rollback: `${base}-rollback.ps1`, before: `${base}-before.json` }
}

/**
 * Refuses `name-taken` where a script of that name was written before: what it says of the objects as they were may be all that
 * is left of them by now, and its way back is that of what was run.
 */
export async function requireNewScript(script: string): Promise<void> {
  if (script === '-')
    throw new Refusal(
      'invalid-parameter',
      'The script is one of three files that belong together, so it is not shown. Name a file.',
    )
  const { rollback, before } = scriptFiles(script)
  for (const file of [before, rollback, script])
    if (await isThere(file))
      throw new Refusal(
        'name-taken',
        `${file} is there already, and has what a script before wrote: it is never overwritten. Name another file, or move it away.`,
      )
}

/**
 * Writes what to run in the Exchange Management Shell for a batch, what undoes it, and the objects as they were before; a page
 * at a time. How many steps there are. Refuses `name-taken` where files of those names are there.
 */
export async function writeCutOverScript(
  call: (operation: string, input: JsonObject) => Promise<JsonObject>,
  { project, batch, script }: { project: string; batch: number; script: string },
): Promise<number> {
  const names = scriptFiles(script)
  await requireNewScript(script)
  const files = new ReportFiles()
  let count = 0
  try {
    const [forward, rollback, before] = [
      await files.open(names.script, { once: true }),
      await files.open(names.rollback, { once: true }),
      await files.open(names.before, { once: true }),
    ]
    let [end, comma] = ['', '']
    await before.write('[')
    for (let next: string | undefined; ; ) {
      const page = await call('ListMigrationScriptSteps', {
        ProjectId: project,
        BatchNumber: batch,
        ...(next !== undefined && { NextToken: next }),
      })
      if (next === undefined) {
        end = String(page.ScriptEnd)
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
      if (typeof page.NextToken !== 'string') break
      next = page.NextToken
    }
    await forward.write(end)
    await rollback.write(end)
    await before.write('\n]\n')
    for (const file of [forward, rollback, before]) await file.end()
    await files.keep()
    return count
  } finally {
    await files.drop()
  }
}
