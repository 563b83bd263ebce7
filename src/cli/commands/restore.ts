import { resolve } from 'node:path'
import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { formatCheck, isClean } from '../check-report.ts'
import type { Cli } from '../cli.ts'
import { examples } from '../options.ts'
import { Progress } from '../progress.ts'
import { formatBytes, formatTable } from '../table.ts'
import { Interrupted, UsageFault } from '../usage-fault.ts'

/** `landbridge restore` */
export function restoreCommand(cli: Cli): Command {
  const command = new Command('restore')
    .argument('<backup>', 'folder that "landbridge backup" wrote')
    .description(
      'make an empty data folder from a backup and prove it with a check; no service may run on it',
    )
  examples(command, 'landbridge restore /backup/2026-11-21 --data /srv/mail')
  return cli.does(command, async (options, backup) => {
    if (backup === '')
      throw new UsageFault('<backup> is empty. Name the folder that "landbridge backup" wrote.')
    const { config } = cli.config(options)
    const { restoreBackup } = await import('#src/app/restore.ts')
    const progress = new Progress(cli.io)
    const report = (seen: { what: string; done: number; total: number }) => progress.show(seen)
    const done = restoreBackup(config, resolve(backup!), report, cli.io.signal).catch(async (error) => {
      if (!cli.io.signal.aborted) throw error
      const { holdsData } = await import('#src/app/data-folder.ts')
      throw new Interrupted(
        (await holdsData(config))
          ? `Interrupted in its check. The data is back in ${config.dataFolder}; "landbridge check" proves it.`
          : 'Interrupted. Nothing was restored.',
      )
    })
    const { bytes, keys, check } = await done.finally(() => progress.end())
    const needed = keys.map(
      ({ organization, alias, key, state }): JsonObject => ({
        OrganizationId: organization,
        Alias: alias,
        KeyRef: key,
        State: state,
      }),
    )
    const missing = needed.filter(({ State }) => State === 'missing' || State === 'unreachable')
    // A backup from before a rotation needs the version that the rotation switched off.
    const disabled = new Set(
      needed
        .filter(({ State }) => State === 'disabled')
        .map(({ Alias, OrganizationId }) => Alias ?? OrganizationId),
    )
    const columns = [
      { title: 'Organisation', show: (row: JsonObject) => String(row.Alias ?? '(access keys)') },
      { title: 'Key', show: 'KeyRef' },
      { title: 'State', show: 'State' },
    ]
    const trouble =
      missing.length === 0
        ? ''
        : `\nThese keys must be brought back before what is under them can be read:\n${formatTable(columns, missing)}`
    const commands = [...disabled].map((alias) => `  landbridge key enable --org ${alias}\n`).join('')
    const switchedOff =
      disabled.size === 0
        ? ''
        : `\nThe keys of these organisations are switched off, as a rotation does with the version before. What is under them is readable after:\n${commands}`
    const text = `${formatBytes(bytes)} restored to ${config.dataFolder}.\n${formatCheck(check)}${trouble}${switchedOff}`
    const exitCode = isClean(check) && missing.length === 0 ? 0 : 1
    return cli.print(
      { json: { DataFolder: config.dataFolder, Bytes: bytes, Keys: needed, Check: check }, text, exitCode },
      options,
    )
  })
}
