import { FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type {
  DistinguishedFolderIdNameType,
  EffectiveRightsType,
  ExtendedPropertyType,
  FolderResponseShapeType,
  Path,
  SyncFolderHierarchyCreateOrUpdateType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from './call.ts'
import { readFolderProperties, readPropertiesOf } from './folder-properties.ts'
import { formatChangeKey, formatFolderId } from './ids.ts'
import { shownPermissionSet } from './permissions/permission-set.ts'
import type { FolderPlace, FolderTree, ReachedMailbox } from './places.ts'

/** A folder under its element: `{ CalendarFolder: { … } }`. */
export type FolderElement = SyncFolderHierarchyCreateOrUpdateType

const elements = {
  message: 'Folder',
  event: 'CalendarFolder',
  contact: 'ContactsFolder',
  task: 'TasksFolder',
  note: 'Folder',
  search: 'Folder',
  other: 'Folder',
} as const satisfies Record<Folder['class'], string>

const containerClasses = {
  message: 'IPF.Note',
  event: 'IPF.Appointment',
  contact: 'IPF.Contact',
  task: 'IPF.Task',
  note: 'IPF.StickyNote',
  search: 'IPF.Note',
  other: 'IPF.Note',
} as const satisfies Record<Folder['class'], string>

/** What Exchange calls some of those that come with a mailbox. */
const distinguishedClasses: Readonly<Record<string, string>> = {
  journal: 'IPF.Journal',
  recipientcache: 'IPF.Contact.RecipientCache',
  quickcontacts: 'IPF.Contact.MOC.QuickContacts',
  imcontactlist: 'IPF.Contact.MOC.ImContactList',
  peopleconnect: 'IPF.Contact.PeopleConnect',
  todosearch: 'IPF.Task',
}

/** PidTagContainerClass, where a client has set another than follows from what the folder holds. */
export const FOLDER_CLASS_KEY = '0x3613:String'

const classByKind = ({ distinguished, class: kind }: Folder): string =>
  (distinguished !== null && distinguishedClasses[distinguished]) || containerClasses[kind]

/** `properties`: what clients have set. */
export function folderClassOf(folder: Folder, properties: Readonly<Record<string, unknown>>): string {
  const kept = folder.distinguished === null ? properties[FOLDER_CLASS_KEY] : undefined
  return typeof kept === 'string' && kindOfContainer(kept) === folder.class ? kept : classByKind(folder)
}

/** The class under which a folder of that kind is kept; undefined where it follows from the kind. */
export const keptClass = (folderClass: string | undefined, kind: Folder['class']): string | undefined =>
  folderClass === undefined ||
  folderClass.length > LONGEST_CLASS ||
  kindOfContainer(folderClass) !== kind ||
  folderClass.toLowerCase() === containerClasses[kind].toLowerCase()
    ? undefined
    : folderClass

const LONGEST_CLASS = 255

/** The class of folder that a container class names; `message` for what is none of ours. */
export function kindOfContainer(containerClass: string): Folder['class'] {
  const lower = containerClass.toLowerCase()
  if (/^ipf\.appointment\b/.test(lower)) return 'event'
  if (/^ipf\.contact\b/.test(lower)) return 'contact'
  if (/^ipf\.task\b/.test(lower)) return 'task'
  if (/^ipf\.stickynote\b/.test(lower)) return 'note'
  return 'message'
}

/** Everything that a folder's fields are read from. */
type FolderView = FolderPlace & {
  tree: FolderTree
  call: EwsCall
  /** Extended properties that clients have set. */
  properties: Readonly<Record<string, unknown>>
}

type FolderField = { in: 'Default' | 'AllProperties' | 'asked'; read(view: FolderView): unknown }

const children = ({ tree, folder }: FolderView): number => tree.children.get(folder.no)?.length ?? 0

/** Properties of a folder, by their place behind `folder:`, which is the name of the element too. */
const fields: Readonly<Record<string, FolderField>> = {
  ParentFolderId: {
    in: 'AllProperties',
    read: ({ mailbox, folder, tree }) =>
      folderIdOf(mailbox, tree.byNo.get(folder.parent ?? folder.no) ?? folder),
  },
  FolderClass: {
    in: 'AllProperties',
    read: ({ folder, properties }) =>
      folder.distinguished === 'root' || folder.distinguished === 'msgfolderroot'
        ? undefined
        : folderClassOf(folder, properties),
  },
  DisplayName: { in: 'Default', read: ({ folder }) => folder.name },
  TotalCount: { in: 'Default', read: ({ folder }) => folder.items },
  ChildFolderCount: { in: 'Default', read: children },
  UnreadCount: {
    in: 'Default',
    // The schema has none for calendars and contacts.
    read: ({ folder }) =>
      folder.class === 'event' || folder.class === 'contact' ? undefined : folder.unseen,
  },
  EffectiveRights: { in: 'AllProperties', read: ({ rights, mailbox }) => effectiveRights(rights, mailbox) },
  DistinguishedFolderId: {
    in: 'AllProperties',
    read: ({ folder }) => (folder.distinguished as DistinguishedFolderIdNameType) ?? undefined,
  },
}

/** MAPI properties that follow from the folder itself, by key. */
const computed: Readonly<Record<string, (view: FolderView) => string | undefined>> = {
  '0x3001:String': ({ folder }) => folder.name,
  [FOLDER_CLASS_KEY]: ({ folder, properties }) => folderClassOf(folder, properties),
  '0x3602:Integer': ({ folder }) => String(folder.items),
  '0x3603:Integer': ({ folder }) => String(folder.unseen),
  '0x360a:Boolean': (view) => String(children(view) > 0),
  '0x0e08:Integer': ({ folder }) => String(Math.min(folder.sizeBytes, 2 ** 31 - 1)),
  '0x0e08:Long': ({ folder }) => String(folder.sizeBytes),
  '0x10f4:Boolean': () => 'false',
  '0x3008:SystemTime': ({ call }) => formatTime(call.services.now()),
}

/** The same of those that no client sets: programs conclude from them that nothing has changed. */
const ofTheServer: typeof computed = {
  // PidTagLocalCommitTimeMax ([MS-OXCFOLD] 2.2.2.2.1.14), with its fraction: two changes within a second have two times.
  '0x670a:SystemTime': ({ folder: { changedAt } }) =>
    changedAt === null ? undefined : new Date(changedAt).toISOString(),
  // PidTagDeletedCountTotal: whatever came in took a UID, and is there or went.
  '0x670b:Integer': ({ folder: { uidNext, items } }) => String(uidNext - 1 - items),
}

const folderIdOf = ({ at }: ReachedMailbox, folder: Folder) => ({
  Id: formatFolderId(at.mailbox, folder.no),
  ChangeKey: formatChangeKey('folder', folder.stateModseq),
})

export function effectiveRights(
  rights: FolderRights,
  { seesPrivate }: Pick<ReachedMailbox, 'seesPrivate'>,
): EffectiveRightsType {
  const has = (right: number): boolean => (rights & right) !== 0
  return {
    CreateAssociated: has(FolderRight.owner),
    CreateContents: has(FolderRight.create),
    CreateHierarchy: has(FolderRight.createSubfolder),
    Delete: has(FolderRight.deleteAny),
    Modify: has(FolderRight.editAny),
    Read: has(FolderRight.readAny),
    ViewPrivateItems: seesPrivate && has(FolderRight.readAny),
  }
}

const order = ['IdOnly', 'Default', 'AllProperties']

/** Folders of one mailbox in the shape that is asked for. */
export async function showFolders(
  call: EwsCall,
  places: readonly FolderPlace[],
  shape: FolderResponseShapeType,
): Promise<FolderElement[]> {
  const wanted = places.filter(({ folder }) => needsProperties(folder, shape))
  const properties = await readPropertiesOf(call.services.store.mailboxes, wanted)
  const shown: FolderElement[] = []
  for (const place of places)
    shown.push(await shownWith(call, place, shape, properties.get(place.folder.no) ?? {}))
  return shown
}

/** A folder in that shape. `alone`: it is not one of many, so who may do what with it is told too. */
export async function showFolder(
  call: EwsCall,
  place: FolderPlace,
  shape: FolderResponseShapeType,
  alone = false,
): Promise<FolderElement> {
  const { mailboxes } = call.services.store
  const properties = needsProperties(place.folder, shape) ? await readFolderProperties(mailboxes, place) : {}
  return shownWith(call, place, shape, properties, alone)
}

/** Whether something of what is asked for depends on what clients have set. */
const needsProperties = (
  { distinguished }: Folder,
  { BaseShape, AdditionalProperties = [] }: FolderResponseShapeType,
): boolean =>
  AdditionalProperties.some(({ ExtendedFieldURI }) => ExtendedFieldURI !== undefined) ||
  (distinguished === null &&
    (BaseShape === 'AllProperties' ||
      AdditionalProperties.some(({ FieldURI }) => FieldURI?.FieldURI === 'folder:FolderClass')))

async function shownWith(
  call: EwsCall,
  place: FolderPlace,
  { BaseShape, AdditionalProperties = [] }: FolderResponseShapeType,
  kept: Readonly<Record<string, unknown>>,
  alone = false,
): Promise<FolderElement> {
  const { mailbox, folder } = place
  const extended = AdditionalProperties.flatMap(({ ExtendedFieldURI }) => ExtendedFieldURI ?? [])
  const asked = new Set(AdditionalProperties.flatMap((path) => path.FieldURI?.FieldURI ?? []))
  const view: FolderView = { ...place, call, tree: await call.places.tree(mailbox), properties: kept }
  const shown: Record<string, unknown> = { FolderId: folderIdOf(mailbox, folder) }
  for (const [name, field] of Object.entries(fields)) {
    const inShape = field.in !== 'asked' && order.indexOf(field.in) <= order.indexOf(BaseShape)
    if (inShape || asked.has(`folder:${name}` as never)) shown[name] = field.read(view)
  }
  if (alone && (BaseShape === 'AllProperties' || asked.has('folder:PermissionSet'))) {
    const permissions = await shownPermissionSet(call, place)
    if (permissions !== undefined) shown.PermissionSet = permissions
  }
  const properties = extended.flatMap((path) => folderProperty(view, path) ?? [])
  if (properties.length > 0) shown.ExtendedProperty = properties
  return { [elements[folder.class]]: shown } as unknown as FolderElement
}

function folderProperty(
  view: FolderView,
  path: NonNullable<Path['ExtendedFieldURI']>,
): ExtendedPropertyType | undefined {
  const key = propertyKey(path)
  const isOurs = Object.hasOwn(ofTheServer, key)
  const kept = isOurs ? undefined : view.properties[key]
  if (Array.isArray(kept)) return { ExtendedFieldURI: path, Values: kept.map(String) }
  const follows = isOurs ? ofTheServer : computed
  const value =
    typeof kept === 'string' ? kept : Object.hasOwn(follows, key) ? follows[key]!(view) : undefined
  return value === undefined ? undefined : { ExtendedFieldURI: path, Value: value }
}

/** A folder by its id alone, as changes are answered. */
export const folderWithId = (mailbox: ReachedMailbox, folder: Folder): FolderElement =>
  ({ [elements[folder.class]]: { FolderId: folderIdOf(mailbox, folder) } }) as unknown as FolderElement
