import type { AnyCommand } from '../command.ts'
import { append } from './append.ts'
import { authenticate } from './authenticate.ts'
import { capability } from './capability.ts'
import { check } from './check.ts'
import { close } from './close.ts'
import { compress } from './compress.ts'
import { copy } from './copy.ts'
import { create } from './create.ts'
import { deleteMailbox } from './delete.ts'
import { deleteacl } from './deleteacl.ts'
import { enable } from './enable.ts'
import { examine } from './examine.ts'
import { expunge } from './expunge.ts'
import { fetch } from './fetch.ts'
import { getacl } from './getacl.ts'
import { getmetadata } from './getmetadata.ts'
import { getquota } from './getquota.ts'
import { getquotaroot } from './getquotaroot.ts'
import { id } from './id.ts'
import { idle } from './idle.ts'
import { list } from './list.ts'
import { listrights } from './listrights.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { lsub } from './lsub.ts'
import { move } from './move.ts'
import { myrights } from './myrights.ts'
import { namespace } from './namespace.ts'
import { noop } from './noop.ts'
import { notify } from './notify.ts'
import { rename } from './rename.ts'
import { replace } from './replace.ts'
import { search } from './search.ts'
import { select } from './select.ts'
import { setacl } from './setacl.ts'
import { setmetadata } from './setmetadata.ts'
import { setquota } from './setquota.ts'
import { sort } from './sort.ts'
import { starttls } from './starttls.ts'
import { status } from './status.ts'
import { store } from './store.ts'
import { subscribe } from './subscribe.ts'
import { thread } from './thread.ts'
import { unauthenticate } from './unauthenticate.ts'
import { unselect } from './unselect.ts'
import { unsubscribe } from './unsubscribe.ts'

/** All that is spoken here, by name. */
export const commands: ReadonlyMap<string, AnyCommand> = new Map(
  [
    capability,
    noop,
    logout,
    id,
    starttls,
    authenticate,
    login,
    enable,
    unauthenticate,
    compress,
    namespace,
    list,
    lsub,
    status,
    subscribe,
    unsubscribe,
    create,
    deleteMailbox,
    rename,
    append,
    getquota,
    getquotaroot,
    setquota,
    getacl,
    setacl,
    deleteacl,
    listrights,
    myrights,
    getmetadata,
    setmetadata,
    select,
    examine,
    check,
    close,
    unselect,
    expunge,
    idle,
    notify,
    fetch,
    store,
    search,
    sort,
    thread,
    replace,
    copy,
    move,
  ].map((each) => [each.name, each]),
)
