import type { FolderClass } from '#src/domain/mailbox/folder.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import type { ScriptedItem } from './scripted-item.ts'

export type Journal = { kind: 'item' | 'gone' | 'read'; key: string; seen?: boolean }
/** A folder of a `ScriptedBox`. */
export type ScriptedFolder = Omit<SourceFolder, 'items'> & {
  epoch: number
  items: Map<string, ScriptedItem>
  journal: Journal[]
  /** Of `tellsMarks`. */
  changedAt: number
  deleted: number
}
export type FolderOptions = {
  parent?: string | null
  role?: string
  class?: FolderClass
  subscribed?: boolean
}

export const newFolder = (key: string, name: string, options: FolderOptions): ScriptedFolder =>
  ({
    key,
    parent: options.parent ?? null,
    name,
    role: options.role ?? null,
    class: options.class ?? 'message',
    folderClass: null,
    ...(options.subscribed !== undefined && { subscribed: options.subscribed }),
    items: new Map(),
    epoch: 1,
    journal: [],
    changedAt: 0,
    deleted: 0,
  }) as unknown as ScriptedFolder
