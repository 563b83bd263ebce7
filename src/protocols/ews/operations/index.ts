import type { Operation } from '#src/wire/ews/message.ts'
import type { AnyOperation } from '../operation.ts'
import { addDelegate } from './add-delegate.ts'
import { archiveItem } from './archive-item.ts'
import { convertId } from './convert-id.ts'
import { copyFolder } from './copy-folder.ts'
import { copyItem } from './copy-item.ts'
import { createAttachment } from './create-attachment.ts'
import { createFolder } from './create-folder.ts'
import { createItem } from './create-item.ts'
import { createUserConfiguration } from './create-user-configuration.ts'
import { deleteAttachment } from './delete-attachment.ts'
import { deleteFolder } from './delete-folder.ts'
import { deleteItem } from './delete-item.ts'
import { deleteUserConfiguration } from './delete-user-configuration.ts'
import { emptyFolder } from './empty-folder.ts'
import { expandDl } from './expand-dl.ts'
import { exportItems } from './export-items.ts'
import { findFolder } from './find-folder.ts'
import { findItem } from './find-item.ts'
import { findPeople } from './find-people.ts'
import { getAppManifests } from './get-app-manifests.ts'
import { getAppMarketplaceUrl } from './get-app-marketplace-url.ts'
import { getAttachment } from './get-attachment.ts'
import { getDelegate } from './get-delegate.ts'
import { getEvents } from './get-events.ts'
import { getFolder } from './get-folder.ts'
import { getInboxRules } from './get-inbox-rules.ts'
import { getItem } from './get-item.ts'
import { getMailTips } from './get-mail-tips.ts'
import { getPasswordExpirationDate } from './get-password-expiration-date.ts'
import { getPersona } from './get-persona.ts'
import { getRoomLists } from './get-room-lists.ts'
import { getRooms } from './get-rooms.ts'
import { getServerTimeZones } from './get-server-time-zones.ts'
import { getServiceConfiguration } from './get-service-configuration.ts'
import { getStreamingEvents } from './get-streaming-events.ts'
import { getUserAvailability } from './get-user-availability.ts'
import { getUserConfiguration } from './get-user-configuration.ts'
import { getUserOofSettings } from './get-user-oof-settings.ts'
import { getUserPhoto } from './get-user-photo.ts'
import { markAllItemsAsRead } from './mark-all-items-as-read.ts'
import { markAsJunk } from './mark-as-junk.ts'
import { moveFolder } from './move-folder.ts'
import { moveItem } from './move-item.ts'
import { removeDelegate } from './remove-delegate.ts'
import { resolveNames } from './resolve-names.ts'
import { sendItem } from './send-item.ts'
import { setUserOofSettings } from './set-user-oof-settings.ts'
import { subscribe } from './subscribe.ts'
import { syncFolderHierarchy } from './sync-folder-hierarchy.ts'
import { syncFolderItems } from './sync-folder-items.ts'
import { unsubscribe } from './unsubscribe.ts'
import { updateDelegate } from './update-delegate.ts'
import { updateFolder } from './update-folder.ts'
import { updateInboxRules } from './update-inbox-rules.ts'
import { updateItem } from './update-item.ts'
import { updateUserConfiguration } from './update-user-configuration.ts'
import { uploadItems } from './upload-items.ts'

/** Every operation that is offered. What is not here is answered with ErrorInvalidOperation (exchange-interop.md 3.1). */
const all: readonly AnyOperation[] = [
  // folders
  getFolder,
  findFolder,
  createFolder,
  updateFolder,
  deleteFolder,
  emptyFolder,
  moveFolder,
  copyFolder,
  syncFolderHierarchy,

  // items
  getItem,
  findItem,
  syncFolderItems,
  createItem,
  updateItem,
  deleteItem,
  moveItem,
  copyItem,
  archiveItem,
  sendItem,
  markAllItemsAsRead,
  markAsJunk,
  getAttachment,
  createAttachment,
  deleteAttachment,
  exportItems,
  uploadItems,

  // calendars
  getUserAvailability,
  getUserOofSettings,
  setUserOofSettings,
  getDelegate,
  addDelegate,
  updateDelegate,
  removeDelegate,

  // settings
  getUserConfiguration,
  createUserConfiguration,
  updateUserConfiguration,
  deleteUserConfiguration,
  convertId,
  getMailTips,
  getServiceConfiguration,
  getInboxRules,
  updateInboxRules,
  getServerTimeZones,
  getPasswordExpirationDate,
  getAppManifests,
  getAppMarketplaceUrl,

  // notifications
  subscribe,
  unsubscribe,
  getEvents,
  getStreamingEvents,

  // people
  resolveNames,
  expandDl,
  findPeople,
  getPersona,
  getUserPhoto,
  getRoomLists,
  getRooms,
]

export const operations: ReadonlyMap<Operation, AnyOperation> = new Map(all.map((each) => [each.name, each]))
