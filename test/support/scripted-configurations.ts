import { isDeepStrictEqual } from 'node:util'
import { isFolderProperties } from '#src/domain/mailbox/user-configuration.ts'
import type { ConfigurationOrder, SourceConfiguration } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { ScriptedBox } from './scripted-box.ts'

/** What a mailbox has once something was written that programs keep with a folder: of properties those that are given, others whole. */
export function withConfiguration(
  { settled, refusedConfigurations }: Pick<ScriptedBox, 'settled' | 'refusedConfigurations'>,
  { folder, name, content }: ConfigurationOrder,
): ScriptedBox['settled'] {
  if (refusedConfigurations.includes(name))
    throw new SourceFailure('item-permanent', 'refused', 'It is not taken.')
  const there = settled.configurations ?? []
  const isThat = (each: SourceConfiguration) => each.name === name && isDeepStrictEqual(each.folder, folder)
  const before = isFolderProperties(name) ? there.find(isThat)?.content : {}
  const after = Object.entries({ ...before, ...content }).filter(([, value]) => value !== null)
  const others = there.filter((each) => !isThat(each))
  const isGone = content === null || after.length === 0
  return {
    ...settled,
    configurations: isGone ? others : [...others, { folder, name, content: Object.fromEntries(after) }],
  }
}
